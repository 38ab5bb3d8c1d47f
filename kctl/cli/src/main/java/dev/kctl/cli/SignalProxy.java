package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands the signals that kctl gets on to the container. The JVM keeps SIGQUIT and SIGUSR2 to
 * itself, and there is nothing to hand on of SIGKILL and SIGSTOP.
 */
final class SignalProxy {
  private static final List<String> NAMES =
      List.of("HUP", "INT", "TERM", "USR1", "ALRM", "CONT", "TSTP", "TTIN", "TTOU", "IO");
  private static final int PATIENCE = 3;

  private final Consumer<String> deliver;
  private final Runnable giveUp;
  private final List<String> early = new ArrayList<>();
  private boolean started;
  private int endings;

  /**
   * @param deliver gets the signal's name, such as TERM
   * @param giveUp what to do when the user asks for the end once more than the container cares
   */
  SignalProxy(Consumer<String> deliver, Runnable giveUp) {
    this.deliver = deliver;
    this.giveUp = giveUp;
  }

  void install() {
    for (var name : NAMES) {
      Signals.handle(name, () -> received(name));
    }
  }

  /** Runs something whenever the terminal's size changes. */
  static void onResize(Runnable resize) {
    Signals.handle("WINCH", resize);
  }

  /** From now on there is a process to deliver to: first what came too early. */
  void containerStarted() {
    List<String> waiting;
    synchronized (this) {
      started = true;
      waiting = List.copyOf(early);
    }
    waiting.forEach(deliver);
  }

  void received(String name) {
    synchronized (this) {
      if ((name.equals("INT") || name.equals("TERM")) && ++endings == PATIENCE) {
        giveUp.run();
        return;
      }
      if (!started) {
        early.add(name);
        return;
      }
    }
    deliver.accept(name);
  }
}
