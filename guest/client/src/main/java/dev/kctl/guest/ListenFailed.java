package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** The socket for the agent's call could not be made. */
public final class ListenFailed extends AgentException {
  ListenFailed(String message) {
    this(message, null);
  }

  ListenFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
