package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** Whoever answered is not the agent of this machine, or no longer behaves like it. */
public final class AgentImpostor extends AgentException {
  AgentImpostor(String message) {
    this(message, null);
  }

  AgentImpostor(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
