package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.linux.Keeper;
import dev.kctl.linux.KeeperException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The real keeper, whose engine is a sleep. */
final class KeptKeeper implements AutoCloseable {
  private static final Path BINARY = Checkout.output("host/kctl-keeper");

  private final Path root;
  private final Path runtimeDirectory;
  private final Keeper keeper;

  KeptKeeper(Path root, Path runtimeDirectory) throws IOException, InterruptedException {
    this.root = root;
    this.runtimeDirectory = runtimeDirectory;
    var command =
        List.of(
            BINARY.toString(),
            "--root",
            root.toString(),
            "--runtime-dir",
            runtimeDirectory.toString(),
            "--",
            "/bin/sleep",
            "600");
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    keeper = connect(runtimeDirectory.resolve("keeper.sock"));
  }

  Keeper keeper() {
    return keeper;
  }

  /** As the kernel does when memory is short. */
  void kill() throws IOException {
    for (var process : ProcessHandle.allProcesses().toList()) {
      if (isOurs(process)) {
        process.children().filter(KeptKeeper::isSleep).forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
      }
    }
  }

  @Override
  public void close() throws IOException {
    keeper.close();
    kill();
  }

  private boolean isOurs(ProcessHandle process) {
    try {
      var line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      return line.startsWith(BINARY + "\0")
          && line.contains("\0" + root + "\0")
          && line.contains("\0" + runtimeDirectory + "\0");
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean isSleep(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/sleep");
  }

  private static Keeper connect(Path socket) {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (true) {
      try {
        return Keeper.connect(socket);
      } catch (KeeperException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }
}
