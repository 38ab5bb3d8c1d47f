package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Debian's {@code docker-registry} on a free port of loopback. */
final class LocalRegistry implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Started process;
  private final int port;

  private LocalRegistry(Started process, int port) {
    this.process = process;
    this.port = port;
  }

  static LocalRegistry start(Path directory) {
    try {
      var config = Files.createDirectories(directory).resolve("config.yml");
      Files.writeString(
          config,
          """
          version: 0.1
          log: {level: info, accesslog: {disabled: true}}
          storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
          http: {addr: "127.0.0.1:0"}
          """
              .formatted(directory.resolve("data")));
      var process = Started.start(List.of("docker-registry", "serve", config.toString()), Map.of());
      eventually(SOON, "the registry listens", () -> port(process).isPresent());
      return new LocalRegistry(process, port(process).orElseThrow());
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

  /** As it says itself: a port that was free a moment ago may be another's by now. */
  private static OptionalInt port(Started process) {
    return LISTENING
        .matcher(process.stderr())
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .findFirst();
  }
}
