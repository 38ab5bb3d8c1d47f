package dev.kctl.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The execs of one container; those that ended are forgotten after a while, as by Docker. */
final class ContainerExecs {
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Map<String, Exec> byId = new LinkedHashMap<>();

  synchronized void add(Exec exec, Instant now) {
    forget(now);
    byId.put(exec.id(), exec);
  }

  synchronized Optional<Exec> find(String id, Instant now) {
    forget(now);
    return Optional.ofNullable(byId.get(id));
  }

  /** Those that have not ended, as inspect shows them. */
  synchronized List<String> ids() {
    return byId.values().stream().filter(Exec::isLive).map(Exec::id).toList();
  }

  /** Refuses, in Docker's words, what only a running container can do. */
  void checkRunning(Container container) {
    switch (container.state()) {
      case ContainerState.Running running when running.paused() ->
          throw new EngineException.Conflict(
              "Container "
                  + container.spec().id()
                  + " is paused, unpause the container before exec");
      case ContainerState.Running _ -> {}
      case ContainerState.Restarting _ ->
          throw new EngineException.Conflict(
              "Container "
                  + container.spec().id()
                  + " is restarting, wait until the container is running");
      case ContainerState.Created _,
          ContainerState.Starting _,
          ContainerState.NotStarted _,
          ContainerState.Exited _,
          ContainerState.Removing _ ->
          throw notRunning(container);
    }
  }

  static EngineException notRunning(Container container) {
    return new EngineException.Conflict("container " + container.spec().id() + " is not running");
  }

  private void forget(Instant now) {
    byId.values()
        .removeIf(
            exec ->
                exec.isStale()
                    || exec.endedAt()
                        .filter(end -> end.plus(REMEMBERED).isBefore(now))
                        .isPresent());
  }
}
