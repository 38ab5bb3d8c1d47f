package dev.kctl.e2e;

import static dev.kctl.e2e.TortureArena.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A fault campaign: containers that write, clients that follow, and one who kills engine, machines,
 * vsock daemons, clients and keeper at points chosen by chance. No line may be lost, doubled or out
 * of order, no container in a state that is not true, and nothing left over at the end. {@code make
 * torture} runs a long one.
 */
class TortureIT {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final TortureOptions options = TortureOptions.fromProperties();
  private final Random random = new Random(options.seed());

  @Test
  void killsLeaveNoTrace() throws Exception {
    System.out.println("torture: " + options);
    try (var kctl = Kctl.create("tort")) {
      var report = new TortureReport(options, kctl);
      var killer = new Killer(kctl, new Random(random.nextLong()));
      var arena = new TortureArena(kctl, killer, report);
      kctl.succeed("pull", arena.image);
      var writers = writers(arena);
      campaign(arena, writers);
      writers.forEach(WriterSlot::conclude);
      killer.kills().forEach(kill -> report.count("kills: " + kill.kind(), 1));
      checkNothingLeft(arena);
      report.write();
      assertThat(report.violations()).isEmpty();
    }
  }

  private List<WriterSlot> writers(TortureArena arena) {
    var writers = new ArrayList<WriterSlot>();
    var count = options.containers() - options.containers() / 5;
    for (var number = 0; number < count; number++) {
      writers.add(new WriterSlot(arena, "w" + number, number % 4 == 3));
    }
    return writers;
  }

  private void campaign(TortureArena arena, List<WriterSlot> writers) throws InterruptedException {
    var work = new ArrayList<Runnable>(writers);
    for (var number = 0; number < options.containers() / 5; number++) {
      work.add(new ForegroundSlot(arena, "f" + number));
    }
    for (var number = 0; number < options.containers() / 5; number++) {
      work.add(new FollowerSlot(arena, new Random(random.nextLong())));
      work.add(new ExecSlot(arena, new Random(random.nextLong())));
    }
    var threads = work.stream().map(one -> begin(arena, one)).toList();
    Eventually.eventually(
        Duration.ofMinutes(15),
        "all writers have begun",
        () -> writers.stream().allMatch(WriterSlot::isTaken));
    kill(arena);
    arena.stop();
    for (var thread : threads) {
      thread.join();
    }
  }

  private void kill(TortureArena arena) {
    var killed = 0;
    while (killed < options.kills()) {
      // Every second time only a working engine is hit; else also one that is just recovering.
      if (random.nextBoolean()) {
        arena.awaitEngine();
      }
      pause(Duration.ofMillis(random.nextLong(LONGEST_PAUSE.toMillis())));
      if (arena.killer.strike()) {
        killed++;
        if (killed % 20 == 0) {
          System.out.println("torture: " + killed + " killed");
        }
      }
    }
  }

  private static void checkNothingLeft(TortureArena arena) {
    arena.awaitEngine();
    try {
      arena.kctl.assertNothingLeft();
    } catch (AssertionError e) {
      arena.report.violation(String.valueOf(e.getMessage()));
    }
    // The engine may just be replacing a file: only what stays was left.
    try {
      Eventually.eventually(
          Eventually.SOON, () -> assertThat(halfMade(arena.kctl.root())).isEmpty());
    } catch (AssertionError e) {
      arena.report.violation("left behind: " + e.getMessage());
    }
  }

  private static List<String> halfMade(Path root) {
    try (var all = Files.walk(root)) {
      return all.map(path -> root.relativize(path).toString())
          .filter(path -> path.matches(".*(\\.new|\\.tmp|\\.partial)[^/]*"))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new AssertionError("a file went away meanwhile", e);
    }
  }

  /** What ends one of them before the campaign ends is told like any other violation. */
  private static Thread begin(TortureArena arena, Runnable work) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | AssertionError e) {
                arena.report.violation(work.getClass().getSimpleName() + " gave up: " + e);
              }
            });
  }
}
