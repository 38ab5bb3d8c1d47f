package dev.kctl.engine;

import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildStatus;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.VmDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Takes away what dead engines and keepers left: processes and directories of machines that no
 * container claims, and import workers. A machine's processes are known by its directory, which is
 * in their arguments, so even those of a killed keeper are found.
 */
final class Strays {
  private static final int SHORT_ID = 12;

  private final Installation installation;
  private final ChildLauncher children;

  Strays(Installation installation, ChildLauncher children) {
    this.installation = installation;
    this.children = children;
  }

  /**
   * Sweeps.
   *
   * @param claimed short ids of the containers whose machines are to live on
   */
  void sweep(Set<String> claimed) throws IOException {
    endProcesses(id -> !claimed.contains(id));
    for (var directory : entries(installation.machines())) {
      if (!claimed.contains(name(directory))) {
        VmDirectory.delete(directory);
      }
    }
    for (var file : entries(installation.runtime())) {
      var name = name(file);
      if (ImportLauncher.isWorker(name) || (name.startsWith("i-") && name.endsWith(".sock"))) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Takes away what is left of one machine. */
  void clear(String machine) throws IOException {
    endProcesses(machine::equals);
    VmDirectory.delete(installation.machineDirectory(machine));
  }

  private void endProcesses(Predicate<String> unclaimed) throws IOException {
    for (var child : children.list()) {
      if (unclaimed.test(machineOf(child.id()))) {
        end(child);
      }
    }
    killOrphans(unclaimed);
  }

  private void end(ChildStatus status) {
    children
        .find(status.id())
        .ifPresent(
            child -> {
              child.kill(Signal.KILL.number());
              var _ = child.await();
              children.forget(child.id());
            });
  }

  private void killOrphans(Predicate<String> unclaimed) throws IOException {
    var killed = new HashSet<ProcessHandle>();
    for (var process : entries(Path.of("/proc"))) {
      if (name(process).chars().allMatch(Character::isDigit) && isOrphan(process, unclaimed)) {
        ProcessHandle.of(Long.parseLong(name(process))).ifPresent(killed::add);
      }
    }
    killed.forEach(ProcessHandle::destroyForcibly);
    killed.forEach(process -> process.onExit().join());
  }

  private boolean isOrphan(Path process, Predicate<String> unclaimed) {
    try {
      var arguments =
          new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
      var mark = installation.machines() + "/";
      var start = arguments.indexOf(mark);
      if (start < 0 || !isVmmProgram(arguments)) {
        return false;
      }
      var id = start + mark.length();
      return arguments.length() > id + SHORT_ID
          && arguments.charAt(id + SHORT_ID) == '/'
          && unclaimed.test(arguments.substring(id, id + SHORT_ID));
    } catch (IOException e) {
      return false;
    }
  }

  /** Somebody who only looks at the directory, an editor or `ls`, is left alone. */
  private static boolean isVmmProgram(String arguments) {
    var end = arguments.indexOf('\0');
    var program = end < 0 ? arguments : arguments.substring(0, end);
    return program.contains("qemu-system") || program.endsWith("vhost-device-vsock");
  }

  /** The machine that a child of the keeper's belongs to: `vm-ID`, `vsock-ID`. */
  static String machineOf(String childId) {
    return childId.substring(childId.indexOf('-') + 1);
  }

  private static Set<Path> entries(Path directory) throws IOException {
    var entries = new HashSet<Path>();
    try (var stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException e) {
      // Nothing there yet.
    }
    return entries;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  static boolean isAlive(Machine machine) {
    var vmm = machine.vmmProcess();
    return new ProcessIdentity(vmm.pid(), vmm.startTime()).alive();
  }
}
