package dev.kctl.guest;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;

/** Translates gRPC's failures. */
final class Failures {
  private Failures() {}

  static AgentException of(Status status) {
    var cause = status.asRuntimeException();
    var message = "agent: " + message(status);
    return switch (status.getCode()) {
      case FAILED_PRECONDITION -> refused(AgentRefused.Reason.FAILED_PRECONDITION, message, cause);
      case ABORTED -> refused(AgentRefused.Reason.SUPERSEDED, message, cause);
      case UNIMPLEMENTED -> refused(AgentRefused.Reason.UNKNOWN_REQUEST, message, cause);
      case DEADLINE_EXCEEDED -> new AgentTimeout("agent: did not answer in time", cause);
      case UNAVAILABLE, CANCELLED -> new AgentGone("agent: the connection has ended", cause);
      case NOT_FOUND -> refused(AgentRefused.Reason.NOT_FOUND, message, cause);
      case INVALID_ARGUMENT -> refused(AgentRefused.Reason.INVALID_ARGUMENT, message, cause);
      case PERMISSION_DENIED -> refused(AgentRefused.Reason.PERMISSION_DENIED, message, cause);
      // gRPC's own verdicts on what the peer sent: too large, or not the protocol.
      case RESOURCE_EXHAUSTED, INTERNAL, UNKNOWN -> new AgentImpostor(message, cause);
      case OK, ALREADY_EXISTS, OUT_OF_RANGE, DATA_LOSS, UNAUTHENTICATED ->
          refused(AgentRefused.Reason.OTHER, message, cause);
    };
  }

  private static AgentRefused refused(AgentRefused.Reason reason, String message, Throwable cause) {
    return new AgentRefused(reason, message, cause);
  }

  private static String message(Status status) {
    return Printable.of(
        Objects.requireNonNullElse(status.getDescription(), status.getCode().name()));
  }

  /** Of a call whose answers are too small to be too large: the contract's own meaning. */
  static AgentException ofUnpacking(AgentException failure) {
    return failure.getCause() instanceof StatusRuntimeException cause
            && cause.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
        ? refused(AgentRefused.Reason.DISK_FULL, String.valueOf(failure.getMessage()), cause)
        : failure;
  }
}
