package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerCredentialsTest {
  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>();

  private Optional<Credentials> find(String image) {
    return new DockerCredentials(environment, home).find(ImageRef.parse(image));
  }

  private Path write(String file, String content) throws IOException {
    var path = home.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, content);
  }

  private static String auths(String key, String user) {
    var auth = Base64.getEncoder().encodeToString((user + ":p:w").getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"" + key + "\":{\"auth\":\"" + auth + "\"}}}";
  }

  private static Credentials of(String user) {
    return Credentials.ofPassword(user, "p:w");
  }

  @Test
  void hasNoneWhereThereIsNoFile() {
    assertThat(find("alpine")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://index.docker.io/v1/", "docker.io", "index.docker.io"})
  void knowsDockerHubByItsSeveralNames(String key) throws IOException {
    write(".docker/config.json", auths(key, "hub"));
    assertThat(find("alpine")).contains(of("hub"));
    assertThat(find("ghcr.io/x/y")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"reg.example:5000", "https://reg.example:5000", "https://reg.example:5000/v2/"})
  void knowsARegistryWithAndWithoutItsScheme(String key) throws IOException {
    write(".docker/config.json", auths(key, "reg"));
    assertThat(find("reg.example:5000/app")).contains(of("reg"));
    assertThat(find("reg.example/app")).isEmpty();
  }

  @Test
  void prefersDockersFileThenPodmansAndBeforeBothTheOneNamed() throws IOException {
    environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
    write("run/containers/auth.json", auths("ghcr.io", "podman"));
    assertThat(find("ghcr.io/x")).contains(of("podman"));
    write(".docker/config.json", auths("ghcr.io", "docker"));
    assertThat(find("ghcr.io/x")).contains(of("docker"));
    environment.put(
        "REGISTRY_AUTH_FILE", write("named.json", auths("ghcr.io", "named")).toString());
    assertThat(find("ghcr.io/x")).contains(of("named"));
  }

  @Test
  void takesDockersDirectoryFromTheEnvironment() throws IOException {
    write("elsewhere/config.json", auths("ghcr.io", "elsewhere"));
    environment.put("DOCKER_CONFIG", home.resolve("elsewhere").toString());
    assertThat(find("ghcr.io/x")).contains(of("elsewhere"));
  }

  @Test
  void prefersThePathNearestToTheImageAndNeverANeighbours() throws IOException {
    write(".config/containers/auth.json", auths("quay.io/team", "team"));
    assertThat(find("quay.io/team/app")).contains(of("team"));
    assertThat(find("quay.io/teams/app")).isEmpty();
    assertThat(find("quay.io/app")).isEmpty();
  }

  @Test
  void readsIdentityTokens() throws IOException {
    write(
        ".docker/config.json",
        "{\"auths\":{\"x.azurecr.io\":{\"auth\":\"MDA6\",\"identitytoken\":\"T\"}}}");
    assertThat(find("x.azurecr.io/app")).contains(Credentials.ofIdentityToken("T"));
  }

  @Test
  void asksTheHelperOfTheRegistryThenTheStore() throws IOException {
    helper("one", "echo '{\"ServerURL\":\"s\",\"Username\":\"one\",\"Secret\":\"p:w\"}'");
    helper("all", "echo \"{\\\"Username\\\":\\\"$server\\\",\\\"Secret\\\":\\\"p:w\\\"}\"");
    write(".docker/config.json", "{\"credHelpers\":{\"gcr.io\":\"one\"},\"credsStore\":\"all\"}");
    assertThat(find("gcr.io/app")).contains(of("one"));
    assertThat(find("ghcr.io/app")).contains(of("ghcr.io"));
    assertThat(find("alpine")).contains(of("https://index.docker.io/v1/"));
  }

  @Test
  void takesTheFilesOwnWhereTheStoreKnowsNone() throws IOException {
    helper("empty", "echo credentials not found in native keychain; exit 1");
    write(
        ".docker/config.json",
        auths("ghcr.io", "file").replaceFirst("\\{", "{\"credsStore\":\"empty\","));
    assertThat(find("ghcr.io/app")).contains(of("file"));
  }

  @Test
  void readsTokensOfHelpers() throws IOException {
    helper("token", "echo '{\"Username\":\"<token>\",\"Secret\":\"T\"}'");
    write(".docker/config.json", "{\"credsStore\":\"token\"}");
    assertThat(find("ghcr.io/app")).contains(Credentials.ofIdentityToken("T"));
  }

  private void helper(String name, String script) throws IOException {
    var file = write("bin/docker-credential-" + name, "#!/bin/sh\nserver=$(cat)\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    environment.put("PATH", home.resolve("bin").toString() + ":/usr/bin:/bin");
  }

  @Test
  void namesAHelperThatIsMissing() throws IOException {
    write(".docker/config.json", "{\"credsStore\":\"absent\"}");
    assertThatExceptionOfType(InvalidCredentials.class)
        .isThrownBy(() -> find("alpine"))
        .withMessageContaining("docker-credential-absent is not in PATH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json, secret", "[\"secret\"]", ""})
  void namesAFileItCannotReadWithoutRepeatingIt(String content) throws IOException {
    var file = write(".docker/config.json", content);
    assertThatExceptionOfType(InvalidCredentials.class)
        .isThrownBy(() -> find("alpine"))
        .withMessageContaining(file.toString())
        .withMessageNotContaining("secret");
  }

  @Test
  void namesTheEntryThatIsNoUserAndPassword() throws IOException {
    write(".docker/config.json", "{\"auths\":{\"ghcr.io\":{\"auth\":\"c2VjcmV0\"}}}");
    assertThatExceptionOfType(InvalidCredentials.class)
        .isThrownBy(() -> find("ghcr.io/x"))
        .withMessageContaining("ghcr.io")
        .withMessageNotContaining("secret");
  }
}
