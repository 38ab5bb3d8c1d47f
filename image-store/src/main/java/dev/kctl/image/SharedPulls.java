package dev.kctl.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Lets pulls of the same image share one pull; it ends early only when all have given up. */
final class SharedPulls {
  private final Map<Key, Task> underWay = new HashMap<>();

  /** What makes two pulls the same. */
  record Key(ImageRef ref, Platform platform) {}

  /** One pull with everybody who waits for it. */
  private final class Task implements ProgressListener {
    private final Key key;
    private final CompletableFuture<Image> result = new CompletableFuture<>();
    private final List<ProgressListener> listeners = new ArrayList<>();
    private final Map<String, PullProgress> latest = new LinkedHashMap<>();
    private final Thread thread;

    Task(Key key, Function<ProgressListener, Callable<Image>> work) {
      this.key = key;
      thread = Thread.ofVirtual().name("pull-" + key.ref()).unstarted(() -> run(work.apply(this)));
    }

    private void run(Callable<Image> work) {
      try {
        result.complete(work.call());
      } catch (Exception | Error e) {
        result.completeExceptionally(e);
      } finally {
        synchronized (underWay) {
          underWay.remove(key, this);
        }
      }
    }

    @Override
    public synchronized void on(PullProgress step) {
      latest.put(step instanceof PullProgress.Layer layer ? layer.id() : "", step);
      for (var listener : List.copyOf(listeners)) {
        tell(listener, step);
      }
    }

    /** A later listener first hears how far each layer is. */
    synchronized void join(ProgressListener listener) {
      latest.values().forEach(step -> tell(listener, step));
      listeners.add(listener);
    }

    /** Cancels the pull when nobody is left. */
    synchronized void leave(ProgressListener listener) {
      listeners.remove(listener);
      if (listeners.isEmpty()) {
        thread.interrupt();
      }
    }

    private static void tell(ProgressListener listener, PullProgress step) {
      try {
        listener.on(step);
      } catch (RuntimeException _) {
        // Whoever cannot be told does not keep the others from their image.
      }
    }
  }

  /** Joins the pull under way, or starts it, and waits. */
  Image pull(Key key, ProgressListener listener, Function<ProgressListener, Callable<Image>> work) {
    Task task;
    synchronized (underWay) {
      task = underWay.get(key);
      if (task == null || task.result.isDone() || task.thread.isInterrupted()) {
        task = new Task(key, work);
        underWay.put(key, task);
        task.join(listener);
        task.thread.start();
      } else {
        task.join(listener);
      }
    }
    return await(task, listener);
  }

  private static Image await(Task task, ProgressListener listener) {
    try {
      return task.result.get();
    } catch (InterruptedException e) {
      task.leave(listener);
      Thread.currentThread().interrupt();
      throw PullCancelled.of(task.key.ref());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ImageException known) {
        throw known;
      }
      throw new IllegalStateException("pull of " + task.key.ref() + " failed", e.getCause());
    }
  }
}
