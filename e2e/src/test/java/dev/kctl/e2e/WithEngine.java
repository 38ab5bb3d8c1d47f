package dev.kctl.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests that share a root, an engine and the pulled test image: one for each class. A test leaves
 * no container behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithEngine {
  final Kctl kctl;
  final String image = SharedRegistry.busybox();

  /** Short, for it becomes part of the paths of sockets. */
  WithEngine(String name) {
    kctl = Kctl.create(name);
  }

  @BeforeAll
  final void pull() {
    kctl.succeed("pull", image);
  }

  @AfterEach
  final void nothingIsLeft() {
    kctl.assertNothingLeft();
  }

  @AfterAll
  final void end() {
    kctl.close();
  }
}
