package dev.kctl.cli;

import sun.misc.Signal;

/** The one user of the JDK's only way to get a signal. */
final class Signals {
  private Signals() {}

  static void handle(String name, Runnable action) {
    try {
      Signal.handle(new Signal(name), _ -> action.run());
    } catch (IllegalArgumentException _) {
      // Ignored by whoever started us (nohup): then it stays ignored, as for any other program.
    }
  }
}
