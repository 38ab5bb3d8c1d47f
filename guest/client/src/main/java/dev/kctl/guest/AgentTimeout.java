package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** The agent did not answer in time. */
public final class AgentTimeout extends AgentException {
  AgentTimeout(String message) {
    this(message, null);
  }

  AgentTimeout(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
