package dev.kctl.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Debian's own docker-registry on a free loopback port, and raw HTTP to put things into it. */
final class LocalRegistry implements AutoCloseable {
  static final String USER = "ali";
  static final String PASSWORD = "open sesame";

  /** PASSWORD under bcrypt, the only form the registry takes. */
  private static final String HTPASSWD =
      USER + ":$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";

  private final Process process;
  private final String address;
  private final HttpClient http = HttpClient.newHttpClient();
  private final @Nullable String authorization;

  private LocalRegistry(Process process, String address, @Nullable String authorization) {
    this.process = process;
    this.address = address;
    this.authorization = authorization;
  }

  static LocalRegistry start(Path directory) throws IOException {
    return start(directory, false);
  }

  static LocalRegistry startWithPassword(Path directory) throws IOException {
    return start(directory, true);
  }

  private static LocalRegistry start(Path directory, boolean password) throws IOException {
    var address = "127.0.0.1:" + freePort();
    Files.createDirectories(directory);
    var htpasswd = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    var config =
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage:
          filesystem: {rootdirectory: %s}
          delete: {enabled: true}
        http: {addr: "%s"}
        """
            .formatted(directory.resolve("data"), address);
    if (password) {
      config += "auth:\n  htpasswd: {realm: test, path: " + htpasswd + "}\n";
    }
    var file = Files.writeString(directory.resolve("config.yml"), config);
    var builder = new ProcessBuilder("/usr/bin/docker-registry", "serve", file.toString());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    var authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    var registry = new LocalRegistry(builder.start(), address, password ? authorization : null);
    registry.awaitAnswer();
    return registry;
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException {
    var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        send("GET", "", "", new byte[0]);
        return;
      } catch (IOException _) {
        Thread.onSpinWait();
      }
    }
    close();
    throw new IOException("docker-registry does not answer on " + address);
  }

  /** As image names have it. */
  String address() {
    return address;
  }

  ImageRef ref(String repositoryAndTag) {
    return ImageRef.parse(address + "/" + repositoryAndTag);
  }

  Digest pushBlob(String repository, byte[] content) throws IOException {
    var digest = Digest.of(content);
    var upload = send("POST", repository + "/blobs/uploads/", "", new byte[0]);
    var location = URI.create(upload.headers().firstValue("Location").orElseThrow());
    var target = location + (location.getQuery() == null ? "?" : "&") + "digest=" + digest;
    expect(201, send("PUT", target, "application/octet-stream", content));
    return digest;
  }

  Digest pushManifest(String repository, String qualifier, String mediaType, byte[] content)
      throws IOException {
    expect(201, send("PUT", repository + "/manifests/" + qualifier, mediaType, content));
    return Digest.of(content);
  }

  byte[] manifest(String repository, String qualifier, String accept) throws IOException {
    var request = request(repository + "/manifests/" + qualifier).header("Accept", accept).GET();
    var response = send(request.build());
    expect(200, response);
    return response.body();
  }

  private HttpResponse<byte[]> send(String method, String path, String type, byte[] body)
      throws IOException {
    var request = request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return send(request.build());
  }

  private HttpRequest.Builder request(String path) {
    var url = path.startsWith("http") ? path : "http://" + address + "/v2/" + path;
    var builder = HttpRequest.newBuilder(URI.create(url));
    return authorization == null ? builder : builder.header("Authorization", authorization);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void expect(int status, HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != status) {
      throw new IOException(response + ": " + new String(response.body(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    http.close();
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
