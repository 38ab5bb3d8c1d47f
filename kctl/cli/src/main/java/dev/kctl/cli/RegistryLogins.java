package dev.kctl.cli;

import dev.kctl.image.Credentials;
import dev.kctl.image.DockerCredentials;
import dev.kctl.image.ImageException;
import dev.kctl.image.ImageRef;
import java.nio.file.Path;
import java.util.Map;

/** The caller's own logins: the engine reads nobody's home. */
record RegistryLogins(Map<String, String> environment) implements Session.Credentials {
  @Override
  public String headerFor(String image) {
    try {
      var ref = ImageRef.parse(image);
      var home = Path.of(environment.getOrDefault("HOME", "/"));
      return new DockerCredentials(environment, home)
          .find(ref)
          .map(found -> found.registryAuth(ref.registry()))
          .orElseGet(Credentials::noRegistryAuth);
    } catch (ImageException e) {
      throw new SettingsError(String.valueOf(e.getMessage()), e);
    }
  }
}
