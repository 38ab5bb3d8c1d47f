package dev.kctl.guest;

/** The agent understood, and said no: the state of the container does not allow it. */
public final class AgentRefused extends AgentException {
  private final Reason reason;

  AgentRefused(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** What stands in the way. */
  public enum Reason {
    /** The container has ended, has no terminal or no standard input. */
    FAILED_PRECONDITION,
    /** There is nothing at that path of the container. */
    NOT_FOUND,
    /** What was sent makes no sense: no absolute path, no tar stream. */
    INVALID_ARGUMENT,
    /** The container's root is read-only. */
    PERMISSION_DENIED,
    /** The container's disk is full. */
    DISK_FULL,
    /** A newer call took this one's place. */
    SUPERSEDED,
    /** An older agent does not know the request. */
    UNKNOWN_REQUEST,
    /** Anything else: the message is the agent's own, printable. */
    OTHER
  }
}
