package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** The import worker did not start, died, or said what it must not. */
public final class WorkerFailed extends ImageException {
  WorkerFailed(String message) {
    super(message);
  }

  private WorkerFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A worker that could not be started, as the launcher tells it. */
  public static WorkerFailed of(String why, @Nullable Throwable cause) {
    return new WorkerFailed("import worker failed: " + why, cause);
  }
}
