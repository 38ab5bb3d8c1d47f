package dev.kctl.linux;

/** How a process ended. */
public sealed interface ChildExit {
  /** It exited by itself. */
  record Code(int code) implements ChildExit {}

  /** A signal ended it. */
  record Signal(int signal) implements ChildExit {}

  /** The kernel killed it: its control group, or the whole host, had no memory left. */
  record OutOfMemory() implements ChildExit {}
}
