package dev.kctl.vmm;

import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.EventSink;
import dev.kctl.guest.EventStream;
import dev.kctl.guest.proto.Event;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Follows a container to its end and acknowledges all of it. */
final class ContainerRun implements EventSink {
  private final StringBuilder output = new StringBuilder();
  private final CompletableFuture<Event> exited = new CompletableFuture<>();

  private ContainerRun() {}

  static ContainerRun follow(AgentChannel agent) throws Exception {
    var run = new ContainerRun();
    EventStream events = agent.events(0, run);
    events.acknowledge(run.exited.get(5, TimeUnit.MINUTES).getSequence());
    return run;
  }

  int exitCode() {
    var end = exited.join().getExited();
    if (!end.hasCode()) {
      throw new AssertionError("no exit code: " + end);
    }
    return end.getCode();
  }

  String output() {
    return output.toString();
  }

  @Override
  public void accept(Event event) {
    switch (event.getWhatCase()) {
      case OUTPUT -> output.append(event.getOutput().getData().toStringUtf8());
      case EXITED -> exited.complete(event);
      case STARTED, OUT_OF_MEMORY, WHAT_NOT_SET -> {}
    }
  }

  @Override
  public void ended(Optional<AgentException> cause) {
    cause.ifPresent(exited::completeExceptionally);
  }
}
