package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** Unwinds a stage because another one failed, or because its thread was interrupted. */
final class PipelineStopped extends RuntimeException {
  PipelineStopped(@Nullable InterruptedException interrupt) {
    super("the conversion was stopped", interrupt, false, false);
  }
}
