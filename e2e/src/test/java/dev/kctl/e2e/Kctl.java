package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The shipped launcher with a state root and a runtime directory of its own. */
final class Kctl implements AutoCloseable {
  private final Path base;
  private final Path root;
  private final Path runtime;
  private boolean mounted;

  private Kctl(Path base) {
    this.base = base;
    this.root = base.resolve("state");
    this.runtime = base.resolve("run");
  }

  /** Short paths: a Unix socket's may have 107 bytes. */
  static Kctl create(String name) {
    try {
      var base = Files.createTempDirectory(Path.of("/tmp"), "kctl-" + name + "-");
      // As /var/lib and /run are: the users of machines and imports must pass.
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx--x--x"));
      return new Kctl(base);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The same with a root on a disk of its own, which is gone with it. */
  static Kctl createOnDisk(String name, String size) {
    var kctl = create(name);
    try {
      Files.createDirectories(kctl.root);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    mount("mount", "-t", "tmpfs", "-o", "mode=0711,size=" + size, name, kctl.root.toString());
    kctl.mounted = true;
    return kctl;
  }

  Path root() {
    return root;
  }

  Path runtime() {
    return runtime;
  }

  Path socket() {
    return runtime.resolve("docker.sock");
  }

  Finished run(String... arguments) {
    try (var started = start(arguments)) {
      started.closeStdin();
      return started.await();
    }
  }

  /** Runs a command that is only a step towards what the test is about: it must succeed. */
  String succeed(String... arguments) {
    var finished = run(arguments);
    assertThat(finished.exitCode()).as("kctl %s: %s", List.of(arguments), finished).isZero();
    return finished.stdout();
  }

  Started start(String... arguments) {
    return Started.start(command(arguments), environment());
  }

  /** The same inside a terminal of its own, 33 rows of 77 columns, made by {@code script(1)}. */
  Started startInTerminal(String... arguments) {
    var words = String.join(" ", command(arguments).stream().map(Kctl::quoted).toList());
    var sized = "stty rows 33 columns 77; exec " + words;
    return Started.start(List.of("script", "-qefc", sized, "/dev/null"), environment());
  }

  /** Docker's own client against this engine. */
  Started docker(String... arguments) {
    var command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
    command.addAll(List.of(arguments));
    return Started.start(command, Map.of("DOCKER_CONFIG", runtime.resolve("no-config").toString()));
  }

  List<String> command(String... arguments) {
    var command = new ArrayList<>(List.of(Checkout.launcher().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  Map<String, String> environment() {
    return Map.of(
        "KCTL_ROOT", root.toString(),
        "KCTL_RUNTIME_DIR", runtime.toString(),
        "KCTL_ACCEL", "tcg");
  }

  /** Pids of processes of ours whose command line contains the word. */
  List<Long> pids(String word) {
    return Processes.naming(runtime).stream()
        .filter(found -> found.commandLine().contains(word))
        .filter(found -> !found.commandLine().contains("bin/kctl"))
        .map(Processes.Found::pid)
        .toList();
  }

  /** What is there of containers: their directories, VMs' directories, VM processes. */
  List<String> leftovers() {
    var left = new ArrayList<String>();
    children(root.resolve("containers")).forEach(path -> left.add(path.toString()));
    children(runtime.resolve("v")).forEach(path -> left.add(path.toString()));
    children(root.resolve("ingest")).forEach(path -> left.add(path.toString()));
    Processes.naming(runtime).stream()
        .filter(found -> isOfAContainer(found.commandLine()))
        .forEach(found -> left.add(found.pid() + " " + found.commandLine()));
    return left;
  }

  void assertNothingLeft() {
    eventually(SOON, () -> assertThat(leftovers()).as("left behind").isEmpty());
  }

  /** Ends everything of this root and deletes it. */
  @Override
  public void close() {
    // Again and again: a client that lost its engine starts another one.
    eventually(
        SOON,
        "all processes of " + runtime + " ended",
        () -> {
          var left = Processes.of(runtime);
          left.forEach(found -> Signals.send("KILL", found.pid()));
          return left.isEmpty();
        });
    if (mounted) {
      mount("umount", root.toString());
    }
    delete(base);
  }

  private static void mount(String... command) {
    try (var mount = Started.start(List.of(command), Map.of())) {
      assertThat(mount.await()).extracting(Finished::exitCode).isEqualTo(0);
    }
  }

  private static boolean isOfAContainer(String commandLine) {
    return Stream.of("qemu-system", "vhost-device-vsock", "ImportWorker")
        .anyMatch(commandLine::contains);
  }

  private static List<Path> children(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var all = Files.list(directory)) {
      return all.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  static void delete(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
