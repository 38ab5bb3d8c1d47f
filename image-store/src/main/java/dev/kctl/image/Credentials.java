package dev.kctl.image;

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

  /** An identity token, as `docker login` stores it for registries that hand one out. */
  public static Credentials ofIdentityToken(String token) {
    return new Credentials("", "", token);
  }

  /** Names the user only: this may end in a log. */
  @Override
  public String toString() {
    return "Credentials[" + (identityToken == null ? username : "<token>") + "]";
  }
}
