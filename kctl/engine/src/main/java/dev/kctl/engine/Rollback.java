package dev.kctl.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** Undoes the steps of something half done, the last one first; nothing once it is disarmed. */
final class Rollback implements AutoCloseable {
  private final Deque<Undo> undos = new ArrayDeque<>();
  private boolean armed = true;

  /** One step's undo. */
  @FunctionalInterface
  interface Undo {
    void run() throws Exception;
  }

  private record Step(String what, Undo undo) implements Undo {
    @Override
    public void run() throws Exception {
      undo.run();
    }
  }

  synchronized void add(String what, Undo undo) {
    undos.push(new Step(what, undo));
  }

  /** Everything succeeded: what was done stays. */
  synchronized void disarm() {
    armed = false;
    undos.clear();
  }

  @Override
  public synchronized void close() {
    while (armed && !undos.isEmpty()) {
      var step = undos.pop();
      try {
        step.run();
      } catch (Exception e) {
        System.err.println("engine: undoing a failed start: " + step + ": " + e);
      }
    }
  }
}
