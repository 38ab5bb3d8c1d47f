package dev.kctl.engine;

/** How a container's process ended, or why it never began. */
sealed interface GuestExit {
  /** It ended by itself. */
  record Code(int code, boolean oomKilled) implements GuestExit {}

  /** A signal ended it. */
  record Killed(int signal, boolean oomKilled) implements GuestExit {}

  /** It could not be started. */
  record NotStarted(Reason reason, String message) implements GuestExit {}

  /** Why a process could not be started. */
  enum Reason {
    NOT_FOUND,
    NOT_EXECUTABLE,
    NO_SUCH_USER,
    BAD_WORKING_DIRECTORY,
    SETUP
  }
}
