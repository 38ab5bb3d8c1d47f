package dev.kctl.engine;

import dev.kctl.guest.AgentException;
import dev.kctl.guest.AgentGone;
import dev.kctl.guest.AgentImpostor;
import dev.kctl.guest.AgentRefused;
import dev.kctl.guest.AgentTimeout;
import dev.kctl.guest.BootImageFailed;
import dev.kctl.guest.ListenFailed;
import java.util.function.Supplier;

/** Translates what went wrong between the engine and an agent. */
final class GuestFailures {
  private GuestFailures() {}

  /**
   * Asks the agent.
   *
   * @param what what for, as the beginning of a message: `cannot freeze it`
   */
  static <T> T translated(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (AgentException e) {
      throw of(what, e);
    }
  }

  static EngineException of(String what, AgentException failure) {
    var message = what + ": " + StartFailures.printable(String.valueOf(failure.getMessage()));
    return switch (failure) {
      case AgentRefused refused -> refused(message, refused);
      case AgentGone _, AgentImpostor _, AgentTimeout _, BootImageFailed _, ListenFailed _ ->
          new EngineException.Failed(message, failure);
    };
  }

  private static EngineException refused(String message, AgentRefused refused) {
    return switch (refused.reason()) {
      case NOT_FOUND -> new EngineException.NoSuchFile(message);
      case INVALID_ARGUMENT -> new EngineException.InvalidParameter(message, refused);
      case PERMISSION_DENIED -> new EngineException.Forbidden(message);
      case DISK_FULL ->
          new EngineException.Failed(message + ": no space left on the container's disk", refused);
      case FAILED_PRECONDITION, SUPERSEDED -> new EngineException.Conflict(message);
      case UNKNOWN_REQUEST ->
          new EngineException.Failed(
              message + ": its agent is older than the engine: restart the container", refused);
      case OTHER -> new EngineException.Failed(message, refused);
    };
  }
}
