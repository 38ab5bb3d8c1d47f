package dev.kctl.guest;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call with a stream in either direction, for threads that may block: whoever sends waits until
 * gRPC has room, and the agent is never more than a few answers ahead.
 */
final class Conversation<Q, A> extends ClientCall.Listener<A> implements AutoCloseable {
  private static final int AHEAD = 4;

  private final ClientCall<Q, A> call;
  private final Deque<A> answers = new ArrayDeque<>(AHEAD);
  private boolean halfClosed;
  private boolean closed;
  private Runnable whenReady = () -> {};
  private @Nullable Status ended;

  private Conversation(ClientCall<Q, A> call) {
    this.call = call;
  }

  static <Q, A> Conversation<Q, A> start(ClientCall<Q, A> call) {
    var conversation = new Conversation<>(call);
    call.start(conversation, new Metadata());
    call.request(AHEAD);
    return conversation;
  }

  /**
   * Sends, once there is room. Where the agent ended the call in order, it has no use for more.
   *
   * @param patience how long there may be no room
   */
  synchronized void send(Q message, Patience patience) {
    patience.await(this, () -> over() || call.isReady());
    if (ended != null && !ended.isOk()) {
      throw Failures.of(ended);
    }
    if (closed || halfClosed) {
      throw new IllegalStateException("this side of the call was closed");
    }
    if (ended == null) {
      call.sendMessage(message);
    }
  }

  /** Sends the first message, for which there is always room, or a small one without waiting. */
  synchronized void sendNow(Q message) {
    if (!over()) {
      call.sendMessage(message);
    }
  }

  /** Whether a message would be on its way at once. */
  synchronized boolean hasRoom() {
    return !over() && call.isReady();
  }

  /** Called without a lock of its own whenever there is room again. */
  synchronized void onRoom(Runnable action) {
    whenReady = action;
  }

  /** Nothing more will be sent. */
  synchronized void halfClose() {
    if (!over()) {
      call.halfClose();
    }
    halfClosed = true;
    notifyAll();
  }

  /**
   * Waits for the next answer; empty where the agent ended the call in order.
   *
   * @param patience how long the agent may keep silent
   */
  synchronized Optional<A> next(Patience patience) {
    patience.await(this, () -> closed || ended != null || !answers.isEmpty());
    var answer = answers.poll();
    if (answer != null) {
      call.request(1);
      return Optional.of(answer);
    }
    if (ended == null) {
      throw new AgentGone("agent: the call was closed");
    }
    if (!ended.isOk()) {
      throw Failures.of(ended);
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      answers.clear();
      notifyAll();
    }
    call.cancel("closed", null);
  }

  @Override
  public void onReady() {
    Runnable action;
    synchronized (this) {
      notifyAll();
      action = whenReady;
    }
    action.run();
  }

  @Override
  public synchronized void onMessage(A answer) {
    if (!closed) {
      answers.add(answer);
      notifyAll();
    }
  }

  @Override
  public synchronized void onClose(Status status, Metadata trailers) {
    ended = status;
    notifyAll();
  }

  private boolean over() {
    return ended != null || closed || halfClosed;
  }

  /** How long is waited for one step of a call. */
  record Patience(Optional<Duration> bound) {
    static final Patience UNLIMITED = new Patience(Optional.empty());

    static Patience of(Duration bound) {
      return new Patience(Optional.of(bound));
    }

    /** Waits on a monitor that the caller holds. */
    private void await(Object monitor, Condition condition) {
      var deadline = bound.map(Deadline::after);
      try {
        while (!condition.holds()) {
          if (deadline.isEmpty()) {
            monitor.wait();
          } else if (deadline.get().passed()) {
            throw new AgentTimeout("agent: silent for " + bound.get().toSeconds() + " s");
          } else {
            monitor.wait(deadline.get().millisLeft());
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AgentGone("agent: interrupted while waiting for it", e);
      }
    }
  }

  /** What is waited for. */
  @FunctionalInterface
  private interface Condition {
    boolean holds();
  }
}
