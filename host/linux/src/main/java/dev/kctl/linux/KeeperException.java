package dev.kctl.linux;

import org.jspecify.annotations.Nullable;

/** The keeper refused, failed or is gone. The message is one clause with the value. */
public final class KeeperException extends RuntimeException {
  private final Kind kind;

  public KeeperException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** What went wrong. */
  public enum Kind {
    /** A program or file does not exist. */
    NOT_FOUND,
    /** The kernel does not allow it. */
    PERMISSION,
    /** The request itself is wrong. */
    INVALID,
    /** Any other failure of the system. */
    IO,
    /** The keeper does not answer. */
    UNREACHABLE
  }
}
