package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Debian's {@code docker-registry} on a free port of loopback. */
final class LocalRegistry implements AutoCloseable {
  private final Started process;
  private final int port;

  private LocalRegistry(Started process, int port) {
    this.process = process;
    this.port = port;
  }

  static LocalRegistry start(Path directory) {
    try {
      var port = freePort();
      var config = Files.createDirectories(directory).resolve("config.yml");
      Files.writeString(
          config,
          """
          version: 0.1
          log: {level: error, accesslog: {disabled: true}}
          storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
          http: {addr: 127.0.0.1:%d}
          """
              .formatted(directory.resolve("data"), port));
      var process = Started.start(List.of("docker-registry", "serve", config.toString()), Map.of());
      eventually(Duration.ofSeconds(20), "the registry answers", () -> answers(port));
      return new LocalRegistry(process, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code localhost:PORT/NAME}. */
  String reference(String name) {
    return "localhost:" + port + "/" + name;
  }

  @Override
  public void close() {
    process.close();
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
