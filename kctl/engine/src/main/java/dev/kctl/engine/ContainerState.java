package dev.kctl.engine;

import java.time.Instant;

/** Where a container is in its life; each state holds exactly what is live in it. */
sealed interface ContainerState {
  /** `0001-01-01T00:00:00Z`: Docker's way to write "never". */
  String NEVER = "0001-01-01T00:00:00Z";

  /** Docker's word for it. */
  String status();

  /** Begins the next start; refused where it makes no sense. */
  default Starting starting(Instant now) {
    return switch (this) {
      case Created _ -> new Starting(now, 1);
      case NotStarted failed -> new Starting(now, failed.run + 1);
      case Exited exited -> new Starting(now, exited.run + 1);
      case Starting _, Running _ -> throw new EngineException.NotModified("already started");
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
      case Exited exited -> exited.run;
    };
  }

  /** As Docker shows it: 0 while there is none. */
  static int exitCode(ContainerState state) {
    return switch (state) {
      case Created _, Starting _, Running _ -> 0;
      case NotStarted failed -> failed.exitCode;
      case Exited exited -> exited.exitCode;
      case Removing removing -> removing.exitCode;
    };
  }

  /** Made, never started. */
  record Created() implements ContainerState {
    @Override
    public String status() {
      return "created";
    }
  }

  /** Its machine is being started. Docker knows no such state and is told what was before. */
  record Starting(Instant since, int run) implements ContainerState {
    @Override
    public String status() {
      return "created";
    }

    Running running(Instant now, Machine machine) {
      return new Running(now, run, machine);
    }

    NotStarted failed(int exitCode, String error) {
      return new NotStarted(run, exitCode, error);
    }
  }

  /**
   * Its last start failed. Docker knows no such state: it is a created one with an error.
   *
   * @param exitCode 127 not found, 126 not executable, 128 anything else
   */
  record NotStarted(int run, int exitCode, String error) implements ContainerState {
    @Override
    public String status() {
      return "created";
    }
  }

  /** Its process runs in this machine. */
  record Running(Instant startedAt, int run, Machine machine) implements ContainerState {
    @Override
    public String status() {
      return "running";
    }

    Exited exited(Instant now, int exitCode, boolean oomKilled, String error) {
      return new Exited(startedAt, now, run, exitCode, oomKilled, error);
    }
  }

  /**
   * Its process has ended.
   *
   * @param error why it was lost; empty where it ended by itself
   */
  record Exited(
      Instant startedAt, Instant finishedAt, int run, int exitCode, boolean oomKilled, String error)
      implements ContainerState {
    @Override
    public String status() {
      return "exited";
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
