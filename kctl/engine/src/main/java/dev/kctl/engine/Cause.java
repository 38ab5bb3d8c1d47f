package dev.kctl.engine;

import java.util.Locale;

/** Why a run is over: what tells apart ends that have the same exit code. */
enum Cause {
  /** Its process ended, by itself or by a signal. */
  ENDED,
  /** The guest's kernel killed the process, or another one of the container, for want of memory. */
  OUT_OF_MEMORY,
  /** It failed when the container's own disk was full. */
  DISK_FULL,
  /** The host had no room for what the container was about to write. */
  HOST_DISK_FULL,
  /** The guest's kernel panicked. */
  KERNEL_PANIC,
  /** The guest reset its machine, without a word of its kernel. */
  GUEST_RESET,
  /** Somebody killed its VMM. */
  VMM_KILLED,
  /** The host's kernel killed its VMM for want of memory. */
  HOST_OUT_OF_MEMORY,
  /** Its VMM gave up. */
  VMM_FAILED,
  /** The daemon that carries its vsock died. */
  VSOCK_LOST,
  /** The guest was switched off, or could not be reached any more. */
  GUEST_LOST,
  /** Its machine ended while no engine ran, or the host was restarted. */
  UNSEEN,
  /** Its budget of time was used up. */
  TIMEOUT,
  /** There is no such command in the image. */
  NOT_FOUND,
  /** The command is there, but cannot be executed. */
  NOT_EXECUTABLE,
  /** It could not be started for another reason. */
  NOT_STARTED;

  private static final int CODE_NOT_FOUND = 127;
  private static final int CODE_NOT_EXECUTABLE = 126;

  /** Whether the machine ended before its process could. */
  boolean isOfMachine() {
    return switch (this) {
      case KERNEL_PANIC,
          GUEST_RESET,
          VMM_KILLED,
          HOST_OUT_OF_MEMORY,
          VMM_FAILED,
          VSOCK_LOST,
          GUEST_LOST,
          UNSEEN ->
          true;
      case ENDED,
          OUT_OF_MEMORY,
          DISK_FULL,
          HOST_DISK_FULL,
          TIMEOUT,
          NOT_FOUND,
          NOT_EXECUTABLE,
          NOT_STARTED ->
          false;
    };
  }

  /** As events and inspect name it: `out-of-memory`. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As a person reads it: `out of memory`. */
  String phrase() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Of a failed start with this exit code. */
  static Cause ofStart(int exitCode) {
    return switch (exitCode) {
      case CODE_NOT_FOUND -> NOT_FOUND;
      case CODE_NOT_EXECUTABLE -> NOT_EXECUTABLE;
      default -> NOT_STARTED;
    };
  }

  /**
   * Reads a word.
   *
   * @throws IllegalArgumentException where it is none
   */
  static Cause parse(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
