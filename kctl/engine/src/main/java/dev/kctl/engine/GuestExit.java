package dev.kctl.engine;

/** How a container's process ended, or why it never began. */
sealed interface GuestExit {
  /** It ended by itself. */
  record Code(int code, Want want) implements GuestExit {}

  /** A signal ended it. */
  record Killed(int signal, Want want) implements GuestExit {}

  /**
   * What the container ran out of.
   *
   * @param memory the kernel killed one of its processes for it
   * @param disk its own disk had no room left at the end
   */
  record Want(boolean memory, boolean disk) {
    static final Want NOTHING = new Want(false, false);
  }

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
