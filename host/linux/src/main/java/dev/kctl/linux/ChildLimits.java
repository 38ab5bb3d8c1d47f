package dev.kctl.linux;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a process may use, where this machine lets the keeper make control groups.
 *
 * @param memoryBytes the page cache that it causes included, which is reclaimed first
 * @param tasks processes and threads
 */
public record ChildLimits(OptionalLong memoryBytes, OptionalInt tasks) {
  public static final ChildLimits NONE = new ChildLimits(OptionalLong.empty(), OptionalInt.empty());

  public static ChildLimits of(long memoryBytes, int tasks) {
    return new ChildLimits(OptionalLong.of(memoryBytes), OptionalInt.of(tasks));
  }
}
