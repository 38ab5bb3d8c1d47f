package dev.kctl.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.Base64;

/** Gives tokens for a registry to whoever knows the password, over TLS. */
final class TokenService implements AutoCloseable {
  static final String ISSUER = "tests";
  static final String SERVICE = "registry";

  private final TestAuthority authority;
  private final String name;
  private final HttpsServer server;

  /**
   * Starts it.
   *
   * @param alias whose certificate it shows, and whose key signs the tokens
   */
  TokenService(TestAuthority authority, String alias) throws IOException {
    this.authority = authority;
    name = alias;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.context(alias)));
    server.createContext("/token", this::answer);
    server.start();
  }

  /** The registry's setting that sends its clients here. */
  String setting(String host) {
    return """
    auth:
      token: {realm: "https://%s:%d/token", service: %s, issuer: %s, rootcertbundle: %s}
    """
        .formatted(host, server.getAddress().getPort(), SERVICE, ISSUER, bundle());
  }

  private Path bundle() {
    return authority.certificate();
  }

  /** A token that allows everything in a repository. */
  String token(String repository) {
    try {
      var now = Instant.now().getEpochSecond();
      var certificate = Base64.getEncoder().encodeToString(encoded());
      var header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + certificate + "\"]}";
      var claims =
          Json.MAPPER
              .createObjectNode()
              .put("iss", ISSUER)
              .put("aud", SERVICE)
              .put("sub", LocalRegistry.USER)
              .put("iat", now)
              .put("nbf", now - 60)
              .put("exp", now + 600)
              .put("jti", Long.toString(now));
      var access = claims.putArray("access").addObject();
      access.put("type", "repository").put("name", repository);
      access.putArray("actions").add("pull").add("push");
      var signed = base64(header) + "." + base64(claims.toString());
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(authority.privateKey(name));
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] encoded() throws CertificateEncodingException {
    return authority.chain(name).getFirst().getEncoded();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var sent = exchange.getRequestHeaders().getFirst("Authorization");
      var known = ("Basic " + LocalRegistry.BASIC).equals(sent);
      var body = known ? "{\"token\":\"" + token("app") + "\"}" : "{\"details\":\"who are you?\"}";
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
