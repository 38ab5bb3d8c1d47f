package dev.kctl.linux;

import java.util.List;
import java.util.Optional;

/** Starts processes that outlive the engine: the keeper is their parent. */
public interface ChildLauncher {
  /** Starts a process; a failure of its very exec is thrown as {@link KeeperException}. */
  Child spawn(ChildSpec spec);

  /** A child that this or an earlier engine spawned and nobody forgot yet, running or ended. */
  Optional<Child> find(String id);

  List<ChildStatus> list();

  /** Lets the keeper forget an ended child's exit status. */
  void forget(String id);
}
