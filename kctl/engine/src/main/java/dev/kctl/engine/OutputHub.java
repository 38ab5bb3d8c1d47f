package dev.kctl.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gives one run's output to whoever is attached, each with a bounded queue of its own.
 *
 * <p>A client that does not read holds the container back, as a full pipe would. It may do so as
 * long as it likes where it is alone; beside others it is cut off after a while.
 */
final class OutputHub {
  private static final int QUEUE_BYTES = 1 << 20;

  private final Duration patience;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private boolean finished;
  private volatile long last;

  OutputHub(Duration patience) {
    this.patience = patience;
  }

  /** Takes part from here on; after the end it is at its end at once. */
  synchronized Subscription subscribe() {
    var subscription = new Subscription(last);
    if (finished) {
      subscription.end();
    } else {
      subscriptions.add(subscription);
    }
    return subscription;
  }

  /** What comes next comes after this chunk: an earlier engine has handed on all up to it. */
  synchronized void resume(long after) {
    last = after;
  }

  synchronized boolean isFinished() {
    return finished;
  }

  /** Hands a chunk on; blocks while a subscriber's queue is full. */
  void publish(OutputChunk chunk) throws InterruptedException {
    List<Subscription> targets;
    synchronized (this) {
      last = chunk.sequence();
      targets = List.copyOf(subscriptions);
    }
    for (var target : targets) {
      target.put(chunk);
    }
  }

  /** The run has ended: each subscriber still gets what is queued for it. */
  synchronized void finish() {
    finished = true;
    subscriptions.forEach(Subscription::end);
  }

  /** One client's view of the output. */
  final class Subscription implements AutoCloseable {
    private final long after;
    private final Deque<OutputChunk> queue = new ArrayDeque<>();
    private int queuedBytes;
    private boolean ended;
    private boolean closed;

    private Subscription(long after) {
      this.after = after;
    }

    /** The last chunk that was published before this subscription began. */
    long after() {
      return after;
    }

    /** The next chunk; empty at the end of the run, or where this client was cut off. */
    synchronized Optional<OutputChunk> next() throws InterruptedException {
      while (queue.isEmpty() && !ended && !closed) {
        wait();
      }
      if (closed || queue.isEmpty()) {
        return Optional.empty();
      }
      var chunk = queue.remove();
      queuedBytes -= chunk.data().length;
      notifyAll();
      return Optional.of(chunk);
    }

    @Override
    public void close() {
      subscriptions.remove(this);
      synchronized (this) {
        closed = true;
        queue.clear();
        notifyAll();
      }
    }

    private synchronized void end() {
      ended = true;
      notifyAll();
    }

    private void put(OutputChunk chunk) throws InterruptedException {
      synchronized (this) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (queuedBytes >= QUEUE_BYTES && !closed && !ended) {
          var left = deadline - System.nanoTime();
          if (left <= 0 && subscriptions.size() > 1) {
            break;
          }
          wait(100);
        }
        if (queuedBytes < QUEUE_BYTES && !closed) {
          queue.add(chunk);
          queuedBytes += chunk.data().length;
          notifyAll();
          return;
        }
      }
      close();
    }
  }
}
