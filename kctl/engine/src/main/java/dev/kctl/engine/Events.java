package dev.kctl.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Tells whoever listens what happens, and remembers the last of it. */
final class Events {
  /** A listener that falls so far behind is cut off. */
  private static final int QUEUE = 4096;

  private final EventFile file;
  private final InstantSource clock;
  private final List<Subscription> listeners = new CopyOnWriteArrayList<>();
  private long last;

  Events(EventFile file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Takes an event down and hands it on. Times only grow, so that `since` can go on after one. */
  synchronized void publish(String type, String action, String id, Map<String, String> attributes) {
    last = Math.max(last + 1, BootConfigs.unixNanos(clock.instant()));
    var event = new EngineEvent(last, type, action, id, attributes);
    try {
      file.append(event);
    } catch (IOException e) {
      System.err.println("engine: writing an event: " + e);
    }
    listeners.forEach(listener -> listener.offer(event));
  }

  /** Listens from here on; what happened before is there as well. */
  synchronized Subscription subscribe() throws IOException {
    var past = new ArrayList<EngineEvent>();
    file.each(past::add);
    var subscription = new Subscription(past);
    listeners.add(subscription);
    return subscription;
  }

  int listeners() {
    return listeners.size();
  }

  /** One listener. */
  final class Subscription implements AutoCloseable {
    private final List<EngineEvent> past;
    private final BlockingQueue<Optional<EngineEvent>> queue = new LinkedBlockingQueue<>(QUEUE);

    private Subscription(List<EngineEvent> past) {
      this.past = past;
    }

    List<EngineEvent> past() {
      return past;
    }

    /** The next event; empty where there is none within this time, or at the end. */
    Optional<EngineEvent> next(Duration bound) throws InterruptedException {
      var event = queue.poll(bound.toMillis(), TimeUnit.MILLISECONDS);
      return event == null ? Optional.empty() : event;
    }

    /** False once it was closed, by whomever. */
    boolean listens() {
      return listeners.contains(this);
    }

    @Override
    public void close() {
      listeners.remove(this);
      var _ = queue.offer(Optional.empty());
    }

    private void offer(EngineEvent event) {
      if (!queue.offer(Optional.of(event))) {
        queue.clear();
        close();
      }
    }
  }
}
