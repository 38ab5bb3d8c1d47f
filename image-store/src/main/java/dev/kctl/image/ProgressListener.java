package dev.kctl.image;

/**
 * Hears how a pull goes. Called from the pull's own thread: it must return quickly, for the pull
 * waits for it; what it throws is ignored.
 */
@FunctionalInterface
public interface ProgressListener {

  /** One step; steps of several layers come interleaved. */
  void on(PullProgress step);
}
