package dev.kctl.guest;

import dev.kctl.guest.proto.Event;
import java.util.Optional;

/** Takes a container's events, one after the other. */
public interface EventSink {
  /** May block: the guest is then held back, and at last the container, as on a full pipe. */
  void accept(Event event);

  /** After the last event; called once. Empty where the agent ended the stream by itself. */
  void ended(Optional<AgentException> cause);
}
