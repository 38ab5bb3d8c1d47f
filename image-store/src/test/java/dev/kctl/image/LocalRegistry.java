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
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Debian's own docker-registry on a free loopback port, and raw HTTP to put things into it. */
final class LocalRegistry implements AutoCloseable {
  static final String USER = "ali";
  static final String PASSWORD = "open sesame";

  static final String BASIC =
      Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));

  /** PASSWORD under bcrypt, the only form the registry takes. */
  private static final String HTPASSWD =
      USER + ":$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";

  private final Process process;
  private final String address;
  private final boolean tls;
  private final HttpClient http;
  private final @Nullable String authorization;

  private LocalRegistry(
      Process process,
      String address,
      boolean tls,
      @Nullable String authorization,
      HttpClient http) {
    this.process = process;
    this.address = address;
    this.tls = tls;
    this.http = http;
    this.authorization = authorization;
  }

  static LocalRegistry start(Path directory) throws IOException {
    return start(directory, "127.0.0.1:" + freePort(), "", null, HttpClient.newHttpClient());
  }

  static LocalRegistry startWithPassword(Path directory) throws IOException {
    return start(
        directory,
        "127.0.0.1:" + freePort(),
        passwords(directory),
        "Basic " + BASIC,
        HttpClient.newHttpClient());
  }

  /** A setting for the registry that only {@link #USER} passes, with {@link #PASSWORD}. */
  static String passwords(Path directory) throws IOException {
    Files.createDirectories(directory);
    var file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    return "auth:\n  htpasswd: {realm: test, path: " + file + "}\n";
  }

  /**
   * A registry with whatever more its configuration says.
   *
   * @param authorization of the requests that put things into it
   */
  static LocalRegistry start(
      Path directory,
      String address,
      String more,
      @Nullable String authorization,
      HttpClient client)
      throws IOException {
    Files.createDirectories(directory);
    var config =
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage:
          filesystem: {rootdirectory: %s}
          delete: {enabled: true}
        http:
          addr: "127.0.0.1:%s"
        """
            .formatted(directory.resolve("data"), address.substring(address.lastIndexOf(':') + 1));
    var file = Files.writeString(directory.resolve("config.yml"), config + more);
    var builder = new ProcessBuilder("/usr/bin/docker-registry", "serve", file.toString());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    var registry =
        new LocalRegistry(builder.start(), address, more.contains("  tls:"), authorization, client);
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
      } catch (SSLException _) {
        return; // it speaks; that nobody would believe it is a test's wish
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

  /** By number: only the registry's clients know its name. */
  private String base() {
    var port = address.substring(address.lastIndexOf(':'));
    return (tls ? "https" : "http") + "://127.0.0.1" + port + "/v2/";
  }

  private HttpRequest.Builder request(String path) {
    var url = path.startsWith("http") ? path : base() + path;
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
