package dev.kctl.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until a machine that was started for its files has them mounted. */
final class FilesBoot implements GuestEvents {
  private static final int LONGEST_SECONDS = 60;

  private final CompletableFuture<Void> mounted = new CompletableFuture<>();

  /** Returns when the files are there; closes the machine where they never will be. */
  static void await(Guest guest) {
    var boot = new FilesBoot();
    try {
      guest.follow(0, boot);
      boot.mounted.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      guest.close();
      throw new EngineException.Failed("the container's files cannot be mounted: " + words(e), e);
    } catch (TimeoutException e) {
      guest.close();
      throw new EngineException.Failed(
          "the container's files were not mounted within " + LONGEST_SECONDS + " s", e);
    } catch (InterruptedException e) {
      guest.close();
      Thread.currentThread().interrupt();
      throw new EngineException.Failed("interrupted", e);
    }
  }

  private static String words(ExecutionException failure) {
    var cause = failure.getCause();
    return String.valueOf(cause == null ? failure : cause.getMessage());
  }

  @Override
  public void started(long sequence) {
    mounted.complete(null);
  }

  @Override
  public void output(OutputChunk chunk) {
    // No process, no output.
  }

  @Override
  public void exited(long sequence, GuestExit exit) {
    var cause =
        exit instanceof GuestExit.NotStarted failure
            ? StartFailures.printable(failure.message())
            : "the guest told the end of a process that it has not";
    mounted.completeExceptionally(new EngineException.Failed(cause));
  }

  @Override
  public void lost(Outcome outcome) {
    mounted.completeExceptionally(new EngineException.Failed(outcome.error()));
  }
}
