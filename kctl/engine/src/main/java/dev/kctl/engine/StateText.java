package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A container's state as `ps` and `inspect` tell it. */
final class StateText {
  private StateText() {}

  /** As `docker ps` shows it, and in brackets what else there is to say. */
  static String status(Container container, Instant now) {
    var state = container.state();
    var text =
        switch (state) {
          case Starting starting when starting.byPolicy() -> "Restarting";
          case Created _, Starting _, NotStarted _ -> "Created";
          case Running running -> "Up " + HumanTime.of(Duration.between(running.startedAt(), now));
          case Restarting restarting ->
              "Restarting ("
                  + restarting.outcome().exitCode()
                  + ") "
                  + ago(restarting.finishedAt(), now);
          case Exited exited ->
              "Exited (" + exited.exitCode() + ") " + ago(exited.finishedAt(), now);
          case Removing _ -> "Removal In Progress";
        };
    var note = note(container);
    return note.isEmpty() ? text : text + " (" + note + ")";
  }

  /** What stands in brackets behind the status; empty where there is nothing to say. */
  static String note(Container container) {
    return switch (container.state()) {
      case Running running when running.paused() -> "Paused";
      case Running _ ->
          HealthCheck.of(container.spec().config()).map(_ -> container.health().note()).orElse("");
      case Exited(var _, var _, var _, var _, var outcome, var _)
          when outcome.cause() != Cause.ENDED ->
          outcome.cause().phrase();
      case Created _, Starting _, NotStarted _, Restarting _, Exited _, Removing _ -> "";
    };
  }

  static Optional<Instant> startedAt(ContainerState state) {
    return switch (state) {
      case Running running -> Optional.of(running.startedAt());
      case Restarting restarting -> Optional.of(restarting.startedAt());
      case Exited exited -> Optional.of(exited.startedAt());
      case Created _, Starting _, NotStarted _, Removing _ -> Optional.empty();
    };
  }

  static Optional<Instant> finishedAt(ContainerState state) {
    return switch (state) {
      case Restarting restarting -> Optional.of(restarting.finishedAt());
      case Exited exited -> Optional.of(exited.finishedAt());
      case Created _, Starting _, NotStarted _, Running _, Removing _ -> Optional.empty();
    };
  }

  /** How the last run, or the last start, came out. */
  static Optional<Outcome> outcome(ContainerState state) {
    return switch (state) {
      case NotStarted failed -> Optional.of(failed.outcome());
      case Restarting restarting -> Optional.of(restarting.outcome());
      case Exited exited -> Optional.of(exited.outcome());
      case Created _, Starting _, Running _, Removing _ -> Optional.empty();
    };
  }

  private static String ago(Instant then, Instant now) {
    return HumanTime.of(Duration.between(then, now)) + " ago";
  }
}
