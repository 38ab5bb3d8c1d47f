package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags win over the environment, over the user's file, over the machine's. */
class SettingsTest {
  @TempDir private Path temp;

  @Test
  void hasDefaultsForRoot() {
    var settings = settings(0, Map.of("HOME", "/root"));
    assertThat(settings.root()).isEqualTo("/var/lib/kctl");
    assertThat(settings.runtimeDir()).isEqualTo("/run/kctl");
    assertThat(settings.socket()).isEqualTo("/run/kctl/docker.sock");
    assertThat(settings.vmm()).isNull();
  }

  @Test
  void hasDefaultsForAUser() {
    var settings = settings(1000, Map.of("HOME", "/home/u", "XDG_RUNTIME_DIR", "/run/user/1000"));
    assertThat(settings.root()).isEqualTo("/home/u/.local/share/kctl");
    assertThat(settings.runtimeDir()).isEqualTo("/run/user/1000/kctl");
    assertThat(settings.runtimeDirIsShared()).isFalse();
    assertThat(settings(1000, Map.of("HOME", "/home/u", "XDG_DATA_HOME", "/data")).root())
        .isEqualTo("/data/kctl");
  }

  @Test
  void fallsBackToTmpWithoutASession() {
    var settings = settings(1000, Map.of("HOME", "/home/u"));
    assertThat(settings.runtimeDir()).isEqualTo("/tmp/kctl-1000");
    assertThat(settings.runtimeDirIsShared()).isTrue();
  }

  @Test
  void takesTheMachinesFileLast() throws IOException {
    Files.writeString(
        temp.resolve("machine.json"),
        "{\"root\":\"/m\",\"runtime-dir\":\"/m-run\",\"vmm\":\"qemu\",\"accel\":\"kvm\","
            + "\"insecure-registries\":[\"m:5000\"]}");
    var settings = settings(0, Map.of());
    assertThat(settings.root()).isEqualTo("/m");
    assertThat(settings.vmm()).isEqualTo("qemu");
    assertThat(settings.accel()).isEqualTo("kvm");
    assertThat(settings.insecureRegistries()).containsExactly("m:5000");

    userFile("{\"root\":\"/u\",\"insecure-registries\":[\"u:5000\"]}");
    settings = settings(0, Map.of());
    assertThat(settings.root()).isEqualTo("/u");
    assertThat(settings.runtimeDir()).isEqualTo("/m-run");
    assertThat(settings.insecureRegistries()).containsExactly("u:5000");

    settings = settings(0, Map.of("KCTL_ROOT", "/e", "KCTL_ACCEL", "tcg", "KCTL_VMM", ""));
    assertThat(settings.root()).isEqualTo("/e");
    assertThat(settings.accel()).isEqualTo("tcg");
    assertThat(settings.vmm()).isEqualTo("qemu");

    settings = settings(0, Map.of("KCTL_ROOT", "/e"), "--root", "/f", "--runtime-dir=/f-run");
    assertThat(settings.root()).isEqualTo("/f");
    assertThat(settings.runtimeDir()).isEqualTo("/f-run");
  }

  @Test
  void namesAFileThatIsNoJson() throws IOException {
    userFile("root = /x");
    assertThatThrownBy(() -> settings(0, Map.of()))
        .isInstanceOf(SettingsError.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void refusesARuntimeDirectoryTooLongForASocket() {
    var longest = "/" + "d".repeat(80);
    settings(0, Map.of("KCTL_RUNTIME_DIR", longest)).checkLength();
    assertThatThrownBy(() -> settings(0, Map.of("KCTL_RUNTIME_DIR", longest + "d")).checkLength())
        .isInstanceOf(SettingsError.class)
        .hasMessageContaining(longest + "d")
        .hasMessageContaining("at most 81")
        .hasMessageContaining("107")
        .hasMessageContaining("--runtime-dir");
  }

  @Test
  void takesAnotherEnginesSocket() {
    assertThat(settings(0, Map.of(), "-H", "unix:///x/y.sock").socket()).isEqualTo("/x/y.sock");
    assertThatThrownBy(() -> settings(0, Map.of(), "--host", "tcp://a:1"))
        .isInstanceOf(UsageError.class)
        .hasMessageContaining("tcp://a:1");
  }

  private Settings settings(int uid, Map<String, String> environment, String... flags) {
    var all = new HashMap<>(environment);
    all.put("XDG_CONFIG_HOME", temp.toString());
    return Settings.of(Globals.parse(flags), all, temp.resolve("machine.json").toString(), uid);
  }

  private void userFile(String text) throws IOException {
    var folder = Files.createDirectories(temp.resolve("kctl"));
    Files.writeString(folder.resolve("config.json"), text);
  }
}
