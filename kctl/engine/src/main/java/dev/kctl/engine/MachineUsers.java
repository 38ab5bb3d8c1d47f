package dev.kctl.engine;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** A user of its own for each machine, and one for import workers, where the engine is root. */
final class MachineUsers {
  /** Above all users that people, distributions and other container tools hand out. */
  private static final int LOWEST = 0x6000_0000;

  private static final int ROOTS = 0x3_ffff;
  private static final int USERS_PER_ROOT = 1024;

  private final OptionalInt base;
  private final Set<Integer> taken = new HashSet<>();

  private MachineUsers(OptionalInt base) {
    this.base = base;
  }

  /** Different roots have different users, so that their machines cannot reach each other. */
  static MachineUsers of(Path root) {
    var slot = root.toString().hashCode() & ROOTS;
    return new MachineUsers(OptionalInt.of(LOWEST + slot * USERS_PER_ROOT));
  }

  /** Everything runs as the engine's own user. */
  static MachineUsers none() {
    return new MachineUsers(OptionalInt.empty());
  }

  OptionalInt importWorker() {
    return base;
  }

  synchronized OptionalInt claim() {
    if (base.isEmpty()) {
      return base;
    }
    for (var i = 1; i < USERS_PER_ROOT; i++) {
      if (taken.add(i)) {
        return OptionalInt.of(base.getAsInt() + i);
      }
    }
    throw StartFailures.lost("all " + (USERS_PER_ROOT - 1) + " users for machines are taken");
  }

  /** A machine of an earlier engine has this user. */
  synchronized void reclaim(OptionalInt user) {
    if (base.isPresent() && user.isPresent()) {
      taken.add(user.getAsInt() - base.getAsInt());
    }
  }

  synchronized void release(OptionalInt user) {
    if (base.isPresent() && user.isPresent()) {
      taken.remove(user.getAsInt() - base.getAsInt());
    }
  }
}
