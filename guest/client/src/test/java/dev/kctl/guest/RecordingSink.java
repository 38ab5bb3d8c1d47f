package dev.kctl.guest;

import dev.kctl.guest.proto.Event;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes events, at will only after it was opened. */
final class RecordingSink implements EventSink {
  final List<Long> sequences = new CopyOnWriteArrayList<>();
  final CompletableFuture<Optional<AgentException>> ended = new CompletableFuture<>();
  private final CountDownLatch open;

  RecordingSink() {
    this(false);
  }

  RecordingSink(boolean blocked) {
    open = new CountDownLatch(blocked ? 1 : 0);
  }

  void open() {
    open.countDown();
  }

  Optional<AgentException> end() throws Exception {
    return ended.get(2, TimeUnit.MINUTES);
  }

  @Override
  public void accept(Event event) {
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    sequences.add(event.getSequence());
  }

  @Override
  public void ended(Optional<AgentException> cause) {
    ended.complete(cause);
  }
}
