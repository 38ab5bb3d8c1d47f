package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials a user keeps for registries: in Docker's configuration or podman's, or with a
 * {@code docker-credential-*} helper that these name. Only the CLI reads them.
 */
public final class DockerCredentials {
  private static final String HUB = "docker.io";
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  private final Map<String, String> environment;
  private final Path home;

  /**
   * The user whose credentials are meant.
   *
   * @param environment read: DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME,
   *     PATH
   */
  public DockerCredentials(Map<String, String> environment, Path home) {
    this.environment = Map.copyOf(environment);
    this.home = home;
  }

  /**
   * Looks in {@code REGISTRY_AUTH_FILE}, Docker's file, then podman's, and takes the first that
   * knows the image's registry. A key with a path, as podman writes them, wins over the registry's.
   *
   * @throws InvalidCredentials where a file cannot be read or a helper fails, naming it
   */
  public Optional<Credentials> find(ImageRef ref) {
    for (var file : files()) {
      var found = read(file).flatMap(json -> find(file, json, ref));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private List<Path> files() {
    var all = new ArrayList<Path>();
    directory("REGISTRY_AUTH_FILE").ifPresent(all::add);
    all.add(directory("DOCKER_CONFIG").orElse(home.resolve(".docker")).resolve("config.json"));
    directory("XDG_RUNTIME_DIR").ifPresent(d -> all.add(d.resolve("containers/auth.json")));
    all.add(
        directory("XDG_CONFIG_HOME")
            .orElse(home.resolve(".config"))
            .resolve("containers/auth.json"));
    return all;
  }

  private Optional<Path> directory(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(v -> !v.isEmpty()).map(Path::of);
  }

  private static Optional<JsonNode> read(Path file) {
    try {
      var json = Json.MAPPER.readTree(Files.readAllBytes(file));
      if (!json.isObject()) {
        throw new InvalidCredentials(file + " is no JSON object: repair it or log in anew");
      }
      return Optional.of(json);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      // The parser's message would quote the file.
      throw new InvalidCredentials(
          file + " cannot be read as JSON (" + e.getClass().getSimpleName() + ")", null);
    }
  }

  private Optional<Credentials> find(Path file, JsonNode json, ImageRef ref) {
    for (var key : keys(ref)) {
      var helper = json.path("credHelpers").path(key).asText("");
      if (!helper.isEmpty()) {
        return new CredentialHelper(helper, environment).get(key);
      }
    }
    var store = json.path("credsStore").asText("");
    if (!store.isEmpty()) {
      for (var key : registryKeys(ref.registry())) {
        var found = new CredentialHelper(store, environment).get(key);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    for (var key : keys(ref)) {
      var entry = json.path("auths").path(key);
      if (entry.isObject()) {
        var found = decode(file, key, entry);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** From the longest path within the registry to the registry in all its spellings. */
  private static List<String> keys(ImageRef ref) {
    var keys = new LinkedHashSet<String>();
    for (var path = ref.repository(); !path.isEmpty(); path = parent(path)) {
      keys.add(ref.registry() + "/" + path);
    }
    keys.addAll(registryKeys(ref.registry()));
    return List.copyOf(keys);
  }

  private static List<String> registryKeys(String registry) {
    return registry.equals(HUB)
        ? List.of(
            HUB_KEY, HUB, "index.docker.io", "https://index.docker.io", "registry-1.docker.io")
        : List.of(
            registry,
            "https://" + registry,
            "https://" + registry + "/",
            "http://" + registry,
            "https://" + registry + "/v1/",
            "https://" + registry + "/v2/");
  }

  private static String parent(String path) {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static Optional<Credentials> decode(Path file, String key, JsonNode entry) {
    var token = entry.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(Credentials.ofIdentityToken(token));
    }
    var auth = entry.path("auth").asText("");
    if (auth.isEmpty()) {
      var username = entry.path("username").asText("");
      return username.isEmpty()
          ? Optional.empty()
          : Optional.of(Credentials.ofPassword(username, entry.path("password").asText("")));
    }
    try {
      var text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      var colon = text.indexOf(':');
      if (colon > 0) {
        return Optional.of(
            Credentials.ofPassword(text.substring(0, colon), text.substring(colon + 1)));
      }
    } catch (IllegalArgumentException _) {
      // Named below, without the text.
    }
    throw new InvalidCredentials(
        file + " has no USER:PASSWORD in base64 for " + key + ": log in anew");
  }
}
