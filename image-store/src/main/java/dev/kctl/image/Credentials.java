package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What opens a registry: a user name and password, or an identity (refresh) token.
 *
 * @param identityToken an OAuth2 refresh token; where present it is used instead of the password
 */
public record Credentials(String username, String password, @Nullable String identityToken) {

  /** A user name with a password. */
  public static Credentials ofPassword(String username, String password) {
    return new Credentials(username, password, null);
  }

  /** An identity token, as {@code docker login} stores it for registries that hand one out. */
  public static Credentials ofIdentityToken(String token) {
    return new Credentials("", "", token);
  }

  /**
   * Reads Docker's {@code X-Registry-Auth} header: JSON in base64url. Empty where it carries no
   * credentials ({@code e30=} is what clients send who have none).
   *
   * @throws InvalidCredentials where it cannot be read, or carries a kind that is not supported
   */
  public static Optional<Credentials> ofRegistryAuth(String header) {
    if (header.isBlank()) {
      return Optional.empty();
    }
    var json = decode(header.strip());
    if (json.hasNonNull("registrytoken") && !json.path("registrytoken").asText().isEmpty()) {
      throw new InvalidCredentials(
          "a registrytoken is not supported: send username and password, or identitytoken");
    }
    var token = json.path("identitytoken").asText("");
    var username = json.path("username").asText("");
    if (!token.isEmpty()) {
      return Optional.of(new Credentials(username, "", token));
    }
    return username.isEmpty()
        ? Optional.empty()
        : Optional.of(ofPassword(username, json.path("password").asText("")));
  }

  private static JsonNode decode(String header) {
    // Clients differ: with and without padding, some with the alphabet of plain base64.
    var text = header.replace('+', '-').replace('/', '_');
    try {
      var json = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(text));
      if (json.isObject()) {
        return json;
      }
    } catch (IOException | IllegalArgumentException _) {
      // Not echoed: it may hold a password all the same.
    }
    throw new InvalidCredentials("the X-Registry-Auth header is not JSON in base64url");
  }

  /** What a client sends as {@code X-Registry-Auth} where it has no credentials. */
  public static String noRegistryAuth() {
    return encode("{}");
  }

  /**
   * Writes Docker's {@code X-Registry-Auth} header.
   *
   * @param serverAddress the registry as in image names
   */
  public String registryAuth(String serverAddress) {
    var json = Json.MAPPER.createObjectNode();
    if (identityToken == null) {
      json.put("username", username).put("password", password);
    } else {
      json.put("identitytoken", identityToken);
    }
    return encode(json.put("serveraddress", serverAddress).toString());
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Names the user only: this may end in a log. */
  @Override
  public String toString() {
    return "Credentials[" + (identityToken == null ? username : "<token>") + "]";
  }
}
