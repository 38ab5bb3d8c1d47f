package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user without root, on a copy of the installed tree that this user may read. */
class OrdinaryUserIT {
  /** One that nobody else's test has, for the default runtime directory is named after it. */
  private final int uid =
      IntStream.iterate(200_000 + (int) (ProcessHandle.current().pid() % 100_000), n -> n + 100_000)
          .filter(n -> Files.notExists(Path.of("/tmp/kctl-" + n)))
          .findFirst()
          .orElseThrow();

  private final String image = SharedRegistry.busybox();
  private final Path runtime = Path.of("/tmp/kctl-" + uid);
  private Path base = Path.of("/");
  private Path home = Path.of("/");

  @BeforeEach
  void makeHome() throws IOException {
    base = Files.createTempDirectory(Path.of("/tmp"), "kctl-user-");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = Files.createDirectory(base.resolve("home"));
    succeed(List.of("cp", "-a", Checkout.installation() + "/.", base.resolve("kctl").toString()));
    succeed(List.of("chown", Integer.toString(uid), home.toString()));
  }

  @AfterEach
  void endAll() {
    eventually(
        SOON,
        "all processes of " + base + " ended",
        () -> {
          var left = mine();
          left.forEach(found -> Signals.send("KILL", found.pid()));
          return left.isEmpty();
        });
    succeed(List.of("rm", "-rf", base.toString(), runtime.toString()));
  }

  @Test
  void runsContainersFromItsOwnHomeAndInItsOwnName() throws IOException {
    assertThat(kctl("run", "--rm", image, "sh", "-c", "echo hello").stdout()).isEqualTo("hello\n");

    assertThat(home.resolve(".local/share/kctl/index.json")).exists();
    assertThat(Files.getAttribute(runtime, "unix:uid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(uid);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runtime)))
        .isEqualTo("rwx------");
    assertThat(kctl("ps", "-a", "-q").stdout()).isEmpty();
    eventually(SOON, () -> assertThat(runtime.resolve("v")).isEmptyDirectory());
    // Those that stay: whoever is about to end may be gone before it is looked at.
    var stay = mine().stream().filter(found -> isLasting(found.commandLine())).toList();
    assertThat(stay).hasSize(2);
    for (var found : stay) {
      assertThat(Files.getAttribute(Path.of("/proc/" + found.pid()), "unix:uid")).isEqualTo(uid);
    }
  }

  @Test
  void keepsToTheDirectoriesThatItsSessionNames() throws IOException {
    var session = Files.createDirectory(home.resolve("session"));
    succeed(List.of("chown", Integer.toString(uid), session.toString()));
    var names = List.of("XDG_RUNTIME_DIR=" + session, "XDG_DATA_HOME=" + home.resolve("data"));

    var run = kctlWith(names, "run", "--rm", image, "sh", "-c", "echo hello");

    assertThat(run.stdout()).as("%s", run).isEqualTo("hello\n");
    assertThat(home.resolve("data/kctl/index.json")).exists();
    assertThat(session.resolve("kctl/docker.sock")).exists();
    assertThat(runtime).doesNotExist();
  }

  @Test
  void refusesARuntimeDirectoryThatSomebodyElseMade() throws IOException {
    Files.createDirectory(runtime);
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxrwxrwx"));

    var refused = kctlWith(List.of(), "run", "--rm", image, "sh", "-c", "true");

    assertThat(refused.exitCode()).isEqualTo(125);
    assertThat(refused.stderr()).contains(runtime.toString());
    assertThat(runtime).isEmptyDirectory();
  }

  private Finished kctl(String... arguments) {
    var finished = kctlWith(List.of(), arguments);
    assertThat(finished.exitCode()).as("%s", finished).isZero();
    return finished;
  }

  private Finished kctlWith(List<String> environment, String... arguments) {
    var id = Integer.toString(uid);
    var command =
        new ArrayList<>(List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"));
    command.addAll(List.of("env", "-i", "HOME=" + home, "PATH=/usr/bin:/bin", "KCTL_ACCEL=tcg"));
    command.addAll(environment);
    command.add(base.resolve("kctl/bin/kctl").toString());
    command.addAll(List.of(arguments));
    return finish(command);
  }

  private static boolean isLasting(String commandLine) {
    return commandLine.contains("kctl-keeper") || commandLine.contains("EngineMain");
  }

  private List<Processes.Found> mine() {
    return Processes.naming(base);
  }

  private static void succeed(List<String> command) {
    var finished = finish(command);
    assertThat(finished.exitCode()).as("%s: %s", command, finished).isZero();
  }

  private static Finished finish(List<String> command) {
    try (var started = Started.start(command, Map.of())) {
      started.closeStdin();
      return started.await();
    }
  }
}
