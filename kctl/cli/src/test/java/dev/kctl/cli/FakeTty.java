package dev.kctl.cli;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Terminals as a test wants them. */
final class FakeTty implements Tty {
  final Set<Integer> terminals = new HashSet<>();
  @Nullable Size size = new Size(30, 100);
  boolean raw;
  boolean wasRaw;

  @Override
  public boolean isTerminal(int descriptor) {
    return terminals.contains(descriptor);
  }

  @Override
  public @Nullable Size size(int descriptor) {
    return terminals.contains(descriptor) ? size : null;
  }

  @Override
  public Raw makeRaw(int descriptor) {
    raw = true;
    wasRaw = true;
    return () -> raw = false;
  }
}
