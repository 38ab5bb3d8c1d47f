package dev.kctl.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A container that somebody stays with: signals go to it, the terminal is its own, its output and
 * exit code are ours.
 */
final class Attended {
  private final Session session;
  private final Engine engine;
  private final String path;
  private final Manner manner;
  private @Nullable SignalProxy signals;
  private volatile Tty.@Nullable Raw raw;

  /**
   * How to stay with it.
   *
   * @param terminal whether it has one
   * @param input whether our input is its
   * @param proxy whether our signals are its
   */
  record Manner(boolean terminal, boolean input, boolean proxy, DetachKeys keys) {}

  Attended(Session session, Engine engine, String container, Manner manner) {
    this.session = session;
    this.engine = engine;
    this.manner = manner;
    path = "/containers/" + Engine.encode(container);
  }

  /** From here on signals are kept for the container. */
  void proxySignals() {
    if (manner.proxy()) {
      signals = new SignalProxy(this::kill, this::giveUp);
      signals.install();
    }
  }

  /** Stays with it until its end; its exit code, or nothing when the user detached. */
  OptionalInt follow(RunFollower follower) {
    var exit = stay(follower);
    if (!follower.lastWords().isEmpty()) {
      session.err().line("kctl: " + follower.lastWords());
    }
    return exit;
  }

  private OptionalInt stay(RunFollower follower) {
    try {
      takeTerminal();
      if (signals != null) {
        signals.containerStarted();
      }
      if (manner.input()) {
        follower.pump(session.in(), manner.terminal() ? manner.keys() : null);
      }
      return follower.follow(session.out(), session.err());
    } finally {
      releaseTerminal();
    }
  }

  private void kill(String signal) {
    try (var other = engine.another()) {
      other.post(path + "/kill?signal=" + signal);
    } catch (CliException _) {
      // It has just ended, or the engine has: the main thread will say so.
    }
  }

  private void giveUp() {
    releaseTerminal();
    session.err().line("\ngot 3 SIGTERM/SIGINTs, forcefully exiting");
    session.leave().accept(1);
  }

  private void takeTerminal() {
    if (!manner.terminal()) {
      return;
    }
    if (manner.input() && session.tty().isTerminal(Tty.STDIN)) {
      raw = session.tty().makeRaw(Tty.STDIN);
    }
    if (session.tty().isTerminal(Tty.STDOUT)) {
      resize();
      SignalProxy.onResize(this::resize);
    }
  }

  private void releaseTerminal() {
    var taken = raw;
    if (taken != null) {
      taken.close();
    }
  }

  private void resize() {
    TerminalResize.send(session, engine, path + "/resize");
  }
}
