package dev.kctl.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** One {@code docker-credential-NAME} of the user's PATH, asked through Jib. */
final class CredentialHelper {
  private final String name;
  private final Map<String, String> environment;

  CredentialHelper(String name, Map<String, String> environment) {
    this.name = name;
    this.environment = environment;
  }

  /** What the helper has for a server; empty where it knows none. */
  Optional<Credentials> get(String server) {
    try {
      var credential = new DockerCredentialHelper(server, executable(), environment).retrieve();
      return Optional.of(credentials(credential));
    } catch (CredentialHelperUnhandledServerUrlException _) {
      return Optional.empty();
    } catch (CredentialHelperNotFoundException | IOException e) {
      throw new InvalidCredentials("credential helper " + executable() + " failed", e);
    }
  }

  private static Credentials credentials(Credential credential) {
    return credential.isOAuth2RefreshToken()
        ? Credentials.ofIdentityToken(credential.getPassword())
        : Credentials.ofPassword(credential.getUsername(), credential.getPassword());
  }

  private Path executable() {
    var program = "docker-credential-" + name;
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new InvalidCredentials("'" + Printable.line(name, 40) + "' names no credential helper");
    }
    for (var directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      var candidate = Path.of(directory).resolve(program);
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new InvalidCredentials(
        program + " is not in PATH: install it, or remove it from the configuration that names it");
  }
}
