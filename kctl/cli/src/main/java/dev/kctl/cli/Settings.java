package dev.kctl.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is and what was chosen: flags win over the environment, that over the user's
 * file, that over the machine's. Plain java.io, since the hot tier needs it too.
 *
 * @param runtimeDir folder of the sockets; its default for a user without a session is in /tmp
 * @param certificates the user's folder of certificates for registries
 * @param host socket of a foreign engine, or null for our own
 */
record Settings(
    String root,
    String runtimeDir,
    boolean runtimeDirIsShared,
    @Nullable String host,
    @Nullable String vmm,
    @Nullable String accel,
    List<String> insecureRegistries,
    String certificates,
    boolean debug) {

  /** A Unix socket's path has 107 bytes at most, and this is the longest one below the folder. */
  private static final String LONGEST_SOCKET = "/v/123456789012/vhost.sock";

  private static final int SOCKET_LIMIT = 107;
  private static final String MACHINE_FILE = "/etc/kctl/config.json";

  static Settings of(Globals globals, Map<String, String> environment) {
    return of(globals, environment, MACHINE_FILE, effectiveUid());
  }

  static Settings of(
      Globals globals, Map<String, String> environment, String machineFile, int uid) {
    var home = environment.getOrDefault("HOME", "/");
    var layers =
        new Layers(environment, readFile(userFile(environment, home)), readFile(machineFile));
    var root = layers.find(globals.root(), "KCTL_ROOT", "root");
    var runtimeDir = layers.find(globals.runtimeDir(), "KCTL_RUNTIME_DIR", "runtime-dir");
    var session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    var shared = runtimeDir == null && uid != 0 && session.isEmpty();
    return new Settings(
        absolute(root != null ? root : defaultRoot(environment, home, uid)),
        absolute(runtimeDir != null ? runtimeDir : defaultRuntimeDir(session, uid)),
        shared,
        socketOf(globals.host()),
        layers.find(null, "KCTL_VMM", "vmm"),
        layers.find(null, "KCTL_ACCEL", "accel"),
        layers.registries(),
        userFolder(environment, home) + "/certs.d",
        globals.debug());
  }

  String socket() {
    return host != null ? host : runtimeDir + "/docker.sock";
  }

  /** Refuses a folder below which a socket's path would be too long for the kernel. */
  void checkLength() {
    var bytes = runtimeDir.getBytes(StandardCharsets.UTF_8).length;
    var limit = SOCKET_LIMIT - LONGEST_SOCKET.length();
    if (bytes > limit) {
      throw new SettingsError(
          "runtime directory "
              + runtimeDir
              + " has "
              + bytes
              + " bytes: at most "
              + limit
              + " fit, since a socket's path may have "
              + SOCKET_LIMIT
              + "; choose a shorter one with --runtime-dir or KCTL_RUNTIME_DIR",
          null);
    }
  }

  private static String defaultRoot(Map<String, String> environment, String home, int uid) {
    if (uid == 0) {
      return "/var/lib/kctl";
    }
    var data = environment.getOrDefault("XDG_DATA_HOME", "");
    return (data.isEmpty() ? home + "/.local/share" : data) + "/kctl";
  }

  private static String defaultRuntimeDir(String session, int uid) {
    if (uid == 0) {
      return "/run/kctl";
    }
    return session.isEmpty() ? "/tmp/kctl-" + uid : session + "/kctl";
  }

  private static String userFile(Map<String, String> environment, String home) {
    return userFolder(environment, home) + "/config.json";
  }

  private static String userFolder(Map<String, String> environment, String home) {
    var config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return (config.isEmpty() ? home + "/.config" : config) + "/kctl";
  }

  private static String absolute(String path) {
    return new File(path).getAbsolutePath();
  }

  private static @Nullable String socketOf(@Nullable String host) {
    if (host == null || host.startsWith("/")) {
      return host;
    }
    if (!host.startsWith("unix://") || host.length() == "unix://".length()) {
      throw new UsageError("host " + host + " is not of the form unix:///path/to/socket");
    }
    return host.substring("unix://".length());
  }

  private static JsonObject readFile(String path) {
    try (var in = new FileInputStream(path)) {
      return Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      if (new File(path).isFile()) {
        throw new SettingsError(path + ": cannot be read", e);
      }
      return JsonObject.EMPTY;
    } catch (MalformedJson | IOException e) {
      throw new SettingsError(path + ": " + e.getMessage(), e);
    }
  }

  /** The kernel's word for it: a JVM has none without calling libc. */
  private static int effectiveUid() {
    try (var in = new FileInputStream("/proc/self/status")) {
      var status = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      var effective = status.indexOf('\t', status.indexOf("\nUid:\t") + "\nUid:\t".length()) + 1;
      return Integer.parseInt(status.substring(effective, status.indexOf('\t', effective)));
    } catch (IOException e) {
      throw new SettingsError("/proc is needed to know who is asking: " + e.getMessage(), e);
    }
  }

  /** What is below the flags. */
  private record Layers(Map<String, String> environment, JsonObject user, JsonObject machine) {
    @Nullable String find(@Nullable String flag, String variable, String member) {
      if (flag != null) {
        return flag;
      }
      var value = environment.getOrDefault(variable, "");
      if (value.isEmpty()) {
        value = user.string(member);
      }
      if (value.isEmpty()) {
        value = machine.string(member);
      }
      return value.isEmpty() ? null : value;
    }

    List<String> registries() {
      var member = "insecure-registries";
      return new ArrayList<>(user.has(member) ? user.strings(member) : machine.strings(member));
    }
  }
}
