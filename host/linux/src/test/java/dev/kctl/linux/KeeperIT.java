package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.kctl.linux.ChildSpec.PassedFile;
import dev.kctl.linux.KeeperException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real keeper, whose engine is a sleep. */
class KeeperIT {
  private static final Path BINARY =
      Path.of(System.getenv("KCTL_CHECKOUT"), "out/host/kctl-keeper");

  @TempDir private Path directory;
  private Path socket;
  private Keeper keeper;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    assertThat(BINARY).as("`make host` builds the keeper").exists();
    socket = directory.resolve("run/keeper.sock");
    var command =
        List.of(BINARY, "--root", directory, "--runtime-dir", directory.resolve("run"), "--");
    var words = new ArrayList<>(command.stream().map(Object::toString).toList());
    words.addAll(List.of("/bin/sleep", "600"));
    assertThat(new ProcessBuilder(words).start().waitFor()).isZero();
    keeper = connected();
  }

  @AfterEach
  void end() {
    keeper.announceLeaving();
    kill();
    keeper.close();
  }

  /** Ends keeper and children, and returns when they write nothing any more. */
  private void kill() {
    for (var process : keepers()) {
      var children = process.children().toList();
      children.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.onExit().join();
      children.forEach(child -> child.onExit().join());
    }
  }

  private List<ProcessHandle> keepers() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(directory.toString()))
        .toList();
  }

  @Test
  void waitsForTheEndOfAChild() {
    assertThat(keeper.spawn(shell("code", "exit 3")).await()).isEqualTo(new ChildExit.Code(3));
    var killed = keeper.spawn(shell("signal", "sleep 600"));
    assertThat(new ProcessIdentity(killed.pid(), killed.startTime()).alive()).isTrue();
    killed.kill(9);
    assertThat(killed.await()).isEqualTo(new ChildExit.Signal(9));
    assertThat(keeper.list())
        .extracting(ChildStatus::id, ChildStatus::exit)
        .contains(tuple("code", Optional.of(new ChildExit.Code(3))));
  }

  @Test
  void findsAChildUntilItIsForgotten() {
    keeper.spawn(shell("child", "true")).await();
    assertThat(keeper.find("child")).isPresent();
    keeper.forget("child");
    assertThat(keeper.find("child")).isEmpty();
  }

  @Test
  void handsFilesOnAndLogsTheOutput() throws IOException {
    var secret = Files.writeString(directory.resolve("secret"), "handed on\n");
    var log = directory.resolve("log");
    var spec =
        new ChildSpec(
            "child",
            List.of("/bin/sh", "-c", "read line <&9; echo $line $WORD"),
            Map.of("WORD", "said"),
            OptionalInt.empty(),
            List.of(new PassedFile(secret, PassedFile.Mode.READ, 9)),
            Optional.of(log),
            Optional.of(log));
    assertThat(keeper.spawn(spec).await()).isEqualTo(new ChildExit.Code(0));
    eventually(() -> Files.size(log) > 0);
    assertThat(log).hasContent("handed on said\n");
  }

  @Test
  void tellsWhyAProgramCannotBeStarted() {
    var spec =
        new ChildSpec(
            "child",
            List.of("/no/such/program"),
            Map.of(),
            OptionalInt.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    assertThatExceptionOfType(KeeperException.class)
        .isThrownBy(() -> keeper.spawn(spec))
        .withMessage("exec /no/such/program: No such file or directory")
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void keepsAnEngineThatIsStillNeeded() throws IOException {
    keeper.keepEngine(true);
    var first = engines();
    first.forEach(ProcessHandle::destroyForcibly);
    eventually(() -> engines().stream().anyMatch(engine -> !first.contains(engine)));
  }

  @Test
  void noticesTheLossOfTheKeeper() throws Exception {
    var lost = CompletableFuture.runAsync(keeper::awaitLoss);
    kill();
    lost.get(2, TimeUnit.MINUTES);
    assertThatExceptionOfType(KeeperException.class)
        .isThrownBy(() -> Keeper.connect(socket))
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE));
    keeper.close();
    start();
  }

  private List<ProcessHandle> engines() {
    return keepers().stream().flatMap(ProcessHandle::children).toList();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void eventually(Condition condition) throws IOException {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /**
   * The keeper opens its socket soon after its start, where one that was killed left an old one.
   */
  private Keeper connected() {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (true) {
      try {
        return Keeper.connect(socket);
      } catch (KeeperException refusal) {
        if (System.nanoTime() > deadline) {
          throw refusal;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }

  private static ChildSpec shell(String id, String script) {
    return new ChildSpec(
        id,
        List.of("/bin/sh", "-c", script),
        Map.of("PATH", "/usr/bin:/bin"),
        OptionalInt.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
