package dev.kctl.vmm.qemu;

import java.util.ArrayDeque;
import java.util.Deque;

/** Undoes the steps of a start that failed, the last one first. */
final class Rollback {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  void add(Runnable undo) {
    steps.push(undo);
  }

  /** Undoes everything; what fails meanwhile is told with {@code cause}. */
  void run(RuntimeException cause) {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
