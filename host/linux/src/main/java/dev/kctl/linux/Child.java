package dev.kctl.linux;

/** A process of the keeper's. */
public interface Child {
  String id();

  long pid();

  /** Field 22 of {@code /proc/<pid>/stat}: with the number it names one process for ever. */
  long startTime();

  /** Waits for its end. Throws {@link KeeperException} where the keeper itself went away. */
  ChildExit await();

  /** Sends a signal; nothing happens where it has ended. */
  void kill(int signal);
}
