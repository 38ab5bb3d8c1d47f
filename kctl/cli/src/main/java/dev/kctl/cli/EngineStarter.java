package dev.kctl.cli;

import java.io.File;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the engine, or has the keeper start one: the keeper's lock makes one of two starts. An
 * engine of another build is asked to leave first.
 */
final class EngineStarter {
  private static final long POLL_MILLIS = 2;
  private static final long PATIENCE_MILLIS = 60_000;
  private static final long RELAUNCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SILENCE_MILLIS = 1_000;

  private final Settings settings;
  private final String build;
  private final @Nullable String home;
  private final Output err;

  /**
   * @param home the install folder, or null where there is none to start an engine from
   */
  EngineStarter(Settings settings, String build, @Nullable String home, Output err) {
    this.settings = settings;
    this.build = build;
    this.home = home;
    this.err = err;
  }

  Engine connect() {
    if (settings.host() == null) {
      settings.checkLength();
    }
    var found = probe();
    if (found == null) {
      found = start();
    } else if (settings.host() == null && !found.build().equals(build)) {
      handOver(found);
      found = start();
    }
    return new Engine(settings.socket(), found.connection());
  }

  /** The engine's answer to a ping, or null when none listens. */
  private @Nullable Ping probe() {
    HttpConnection connection;
    try {
      connection = HttpConnection.open(settings.socket());
    } catch (IOException e) {
      if (isAbsent(e)) {
        return null;
      }
      throw new EngineFailure(
          settings.socket() + ": " + reason(e) + "; root may use it, its owner, and the group kctl",
          e);
    }
    try {
      var ping = connection.send(HttpConnection.HttpRequest.of("HEAD", "/_ping"));
      return new Ping(connection, ping.header("kctl-build"));
    } catch (IOException _) {
      // An engine that is just leaving or has just been killed: as good as none.
      Engine.discard(connection);
      return null;
    }
  }

  private static boolean isAbsent(IOException e) {
    return e instanceof SocketException
        && (reason(e).contains("refused") || reason(e).contains("No such file"));
  }

  private static String reason(IOException e) {
    var message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private void handOver(Ping old) {
    try {
      old.connection().send(HttpConnection.HttpRequest.of("POST", "/kctl/v1/shutdown")).text();
    } catch (IOException _) {
      // It left without an answer, which is what was asked for.
    }
    Engine.discard(old.connection());
    var end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (System.nanoTime() < end) {
      var still = probe();
      if (still == null) {
        return;
      }
      Engine.discard(still.connection());
      if (!still.build().equals(old.build())) {
        return;
      }
      pause();
    }
    throw new EngineFailure(
        "the engine of build " + old.build() + " does not hand over to build " + build, null);
  }

  private Ping start() {
    if (settings.host() != null || home == null) {
      throw new EngineFailure("no engine listens on " + settings.socket(), null);
    }
    prepareFolders();
    launchKeeper(home);
    var begin = System.nanoTime();
    var launched = begin;
    var told = false;
    while (true) {
      var ping = probe();
      if (ping != null) {
        return ping;
      }
      var waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (waited > PATIENCE_MILLIS) {
        throw new EngineFailure("the engine does not come up" + lastWords(), null);
      }
      // A keeper that was just leaving still had the lock, and ours went away: once more.
      if (System.nanoTime() - launched > RELAUNCH_NANOS) {
        launchKeeper(home);
        launched = System.nanoTime();
      }
      if (waited > SILENCE_MILLIS && !told) {
        err.line("Starting the engine...");
        told = true;
      }
      pause();
    }
  }

  private void launchKeeper(String home) {
    try {
      var process =
          new ProcessBuilder(keeperCommand(home))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      var said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      var code = process.waitFor();
      if (code != 0) {
        throw new EngineFailure(
            "the keeper ended with code " + code + (said.isEmpty() ? lastWords() : ": " + said),
            null);
      }
    } catch (IOException e) {
      throw new EngineFailure("the keeper cannot be started: " + reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while the keeper started", e);
    }
  }

  private List<String> keeperCommand(String home) {
    var folders = List.of("--root", settings.root(), "--runtime-dir", settings.runtimeDir());
    var command = new ArrayList<String>();
    command.add(home + "/lib/kctl-keeper");
    command.addAll(folders);
    command.add("--");
    command.add(home + "/lib/kctl-engine");
    command.addAll(folders);
    command.addAll(List.of("--install", home));
    if (settings.accel() != null) {
      command.addAll(List.of("--accel", settings.accel()));
    }
    if (settings.vmm() != null) {
      command.addAll(List.of("--vmm", settings.vmm()));
    }
    for (var registry : settings.insecureRegistries()) {
      command.addAll(List.of("--insecure-registry", registry));
    }
    command.addAll(List.of("--registry-certificates", settings.certificates()));
    return command;
  }

  /** VMs of other uids must reach their own folders below, hence search permission for root's. */
  private void prepareFolders() {
    var mode = System.getProperty("user.name", "").equals("root") ? "rwx--x--x" : "rwx------";
    makeFolder(Path.of(settings.root()), mode);
    var runtime = Path.of(settings.runtimeDir());
    makeFolder(runtime, mode);
    if (settings.runtimeDirIsShared()) {
      checkOwner(runtime);
    }
  }

  private static void makeFolder(Path folder, String mode) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
      }
    } catch (IOException e) {
      throw new SettingsError(folder + " cannot be made: " + reason(e), e);
    }
  }

  /** Anybody may have made a folder in /tmp before us. */
  private static void checkOwner(Path folder) {
    try {
      var owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      var ours = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      var mode = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
      var own =
          Set.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE);
      if (!ours.equals(owner) || !mode.equals(own) || Files.isSymbolicLink(folder)) {
        throw new SettingsError(
            folder
                + " must be a folder of uid "
                + ours
                + " with mode 0700, but belongs to uid "
                + owner
                + "; choose another with --runtime-dir or KCTL_RUNTIME_DIR",
            null);
      }
    } catch (IOException e) {
      throw new SettingsError(folder + ": " + reason(e), e);
    }
  }

  /** The last line of the engine's log, else of the keeper's. */
  private String lastWords() {
    for (var log : List.of("engine.log", "keeper.log")) {
      var path = Path.of(settings.runtimeDir(), log);
      try {
        var lines = Files.readString(path).strip();
        if (!lines.isEmpty()) {
          return ": " + lines.substring(lines.lastIndexOf('\n') + 1) + " (" + path + ")";
        }
      } catch (IOException _) {
        // Then the other one may be there.
      }
    }
    return "; there is no log in " + settings.runtimeDir();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while waiting for the engine", e);
    }
  }

  private record Ping(HttpConnection connection, String build) {}
}
