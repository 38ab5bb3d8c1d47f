package dev.kctl.engine;

import java.util.List;

/** Starts the machine of a container and finds it again: the seam behind which the VMMs are. */
interface GuestLauncher {
  /**
   * Starts the machine and returns when its agent has called. Whatever fails leaves nothing behind.
   *
   * @param size of the client's terminal
   * @throws EngineException.StartFailed where there is no machine now
   */
  Guest launch(ContainerSpec spec, ContainerDirectory files, TerminalSize size, Trace trace);

  /**
   * Starts a machine on the same disks for the container's files alone: no process of the
   * container's runs. Never beside another machine of the container's. Its scratch disk is made
   * where there is none. Returns when the files are mounted; whatever fails leaves nothing behind.
   */
  Guest launchFiles(ContainerSpec spec, ContainerDirectory files);

  /**
   * Takes over a machine that an earlier engine started.
   *
   * @throws EngineException.Failed where it is gone, or does not answer; nothing of it is left then
   */
  Guest adopt(ContainerSpec spec, ContainerDirectory files, Machine machine);

  /** Removes what a machine left that nobody can take over any more. */
  void clear(ContainerSpec spec);

  /** Finds out what machines there can be here; the first time it may take seconds. */
  void prepare();

  /** What the person who creates a container should know of the machines here, told once. */
  List<String> warnings();

  /** Refuses a container that can never be started here. */
  void check(ContainerSpec spec);
}
