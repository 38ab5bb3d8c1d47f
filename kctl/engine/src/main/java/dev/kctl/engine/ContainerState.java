package dev.kctl.engine;

import java.time.Duration;
import java.time.Instant;

/** Where a container is in its life; each state holds exactly what is live in it. */
sealed interface ContainerState {
  /** `0001-01-01T00:00:00Z`: Docker's way to write "never". */
  String NEVER = "0001-01-01T00:00:00Z";

  /** Docker's word for it. */
  String status();

  /** Begins a start that somebody asked for; refused where it makes no sense. */
  default Starting starting(Instant now) {
    return switch (this) {
      case Created _ -> new Starting(now, 1, Restarts.NONE);
      case NotStarted failed -> new Starting(now, failed.run + 1, Restarts.NONE);
      case Exited exited -> new Starting(now, exited.run + 1, Restarts.NONE);
      case Running running when running.paused ->
          throw new EngineException.Conflict(
              "cannot start a paused container, try unpause instead");
      case Starting _, Running _, Restarting _ ->
          throw new EngineException.NotModified("already started");
      case Removing _ ->
          throw new EngineException.Conflict(
              "container is marked for removal and cannot be started");
    };
  }

  /** The number of the last run that was begun; 0 where there was none. */
  static int runsSoFar(ContainerState state) {
    return switch (state) {
      case Created _, Removing _ -> 0;
      case Starting starting -> starting.run;
      case NotStarted failed -> failed.run;
      case Running running -> running.run;
      case Restarting restarting -> restarting.run;
      case Exited exited -> exited.run;
    };
  }

  /** As Docker shows it: 0 while there is none. */
  static int exitCode(ContainerState state) {
    return switch (state) {
      case Created _, Starting _, Running _ -> 0;
      case NotStarted failed -> failed.outcome.exitCode();
      case Restarting restarting -> restarting.outcome.exitCode();
      case Exited exited -> exited.outcome.exitCode();
      case Removing removing -> removing.exitCode;
    };
  }

  /** How often its policy has restarted it. */
  static int restarts(ContainerState state) {
    return switch (state) {
      case Created _, NotStarted _, Removing _ -> 0;
      case Starting starting -> starting.restarts.count();
      case Running running -> running.restarts.count();
      case Restarting restarting -> restarting.restarts.count();
      case Exited exited -> exited.restarts.count();
    };
  }

  /** Whether it runs, or is about to run again: Docker counts both as running. */
  static boolean isLive(ContainerState state) {
    return switch (state) {
      case Running _, Restarting _ -> true;
      case Starting starting -> starting.byPolicy();
      case Created _, NotStarted _, Exited _, Removing _ -> false;
    };
  }

  /** Made, never started. */
  record Created() implements ContainerState {
    @Override
    public String status() {
      return "created";
    }
  }

  /**
   * Its machine is being started. Docker knows no such state: where the policy starts it, it is
   * still restarting, else it is a created one.
   */
  record Starting(Instant since, int run, Restarts restarts) implements ContainerState {
    @Override
    public String status() {
      return byPolicy() ? "restarting" : "created";
    }

    boolean byPolicy() {
      return restarts.count() > 0;
    }

    Running running(Instant now, Duration uptime, Machine machine) {
      return new Running(now, uptime, run, restarts, machine, false, false);
    }

    NotStarted failed(Outcome outcome) {
      return new NotStarted(run, outcome);
    }

    /** Tries again after a pause, for the machine may come up then. */
    Restarting again(Instant now, Outcome outcome) {
      return new Restarting(since, now, run, restarts.next(Duration.ZERO), outcome);
    }
  }

  /** Its last start failed. Docker knows no such state: it is a created one with an error. */
  record NotStarted(int run, Outcome outcome) implements ContainerState {
    @Override
    public String status() {
      return "created";
    }

    int exitCode() {
      return outcome.exitCode();
    }
  }

  /**
   * Its process runs in this machine.
   *
   * @param uptime the host's when it was started: the clock may jump, this does not
   * @param paused whether its processes stand still
   * @param stopping whether somebody has asked for its end: its policy is not asked then
   */
  record Running(
      Instant startedAt,
      Duration uptime,
      int run,
      Restarts restarts,
      Machine machine,
      boolean paused,
      boolean stopping)
      implements ContainerState {
    @Override
    public String status() {
      return paused ? "paused" : "running";
    }

    Running paused(boolean now) {
      return new Running(startedAt, uptime, run, restarts, machine, now, stopping);
    }

    Running stopped() {
      return new Running(startedAt, uptime, run, restarts, machine, paused, true);
    }

    Exited exited(Instant now, Outcome outcome) {
      return new Exited(startedAt, now, run, restarts, outcome, stopping);
    }

    /** Waits to be started again. */
    Restarting restarting(Instant now, Outcome outcome, Duration ran) {
      return new Restarting(startedAt, now, run, restarts.next(ran), outcome);
    }
  }

  /** Its process has ended, and its policy starts it again after a pause. */
  record Restarting(
      Instant startedAt, Instant finishedAt, int run, Restarts restarts, Outcome outcome)
      implements ContainerState {
    @Override
    public String status() {
      return "restarting";
    }

    Starting resumed(Instant now) {
      return new Starting(now, run + 1, restarts);
    }

    /** Somebody does not want it to be started again. */
    Exited stopped() {
      return new Exited(startedAt, finishedAt, run, restarts, outcome, true);
    }
  }

  /**
   * Its process has ended.
   *
   * @param stopped whether somebody asked for it
   */
  record Exited(
      Instant startedAt,
      Instant finishedAt,
      int run,
      Restarts restarts,
      Outcome outcome,
      boolean stopped)
      implements ContainerState {
    @Override
    public String status() {
      return "exited";
    }

    int exitCode() {
      return outcome.exitCode();
    }

    /** Is to be started now that the host was. */
    Restarting afresh() {
      return new Restarting(startedAt, finishedAt, run, Restarts.NONE, outcome);
    }
  }

  /** Its directory is being taken away. */
  record Removing(int exitCode) implements ContainerState {
    @Override
    public String status() {
      return "removing";
    }
  }
}
