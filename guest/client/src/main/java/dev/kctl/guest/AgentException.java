package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** The agent could not be reached, or did not do what was asked. */
public abstract sealed class AgentException extends RuntimeException
    permits AgentGone, AgentImpostor, AgentRefused, AgentTimeout, BootImageFailed, ListenFailed {
  AgentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
