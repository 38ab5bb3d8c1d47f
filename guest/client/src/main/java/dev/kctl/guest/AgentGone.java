package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** The connection to the agent ended, or could not be made: the machine is most likely no more. */
public final class AgentGone extends AgentException {
  AgentGone(String message) {
    this(message, null);
  }

  AgentGone(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
