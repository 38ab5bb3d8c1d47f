package dev.kctl.image;

/** Hears how a pull goes. Called from the pull's own thread; what it throws is ignored. */
@FunctionalInterface
public interface ProgressListener {

  /** One step; steps of several layers come interleaved. */
  void on(PullProgress step);
}
