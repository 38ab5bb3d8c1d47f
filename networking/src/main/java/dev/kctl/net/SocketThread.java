package dev.kctl.net;

import java.util.concurrent.ThreadFactory;

/**
 * The thread that waits at a bound socket. While a virtual thread waits there, the JDK closes the
 * socket only after that has woken up, so its port is free when this has ended, and not before.
 */
final class SocketThread {
  private final Thread thread;

  private SocketThread(Thread thread) {
    this.thread = thread;
  }

  static SocketThread start(ThreadFactory threads, Runnable work) {
    var thread = threads.newThread(work);
    thread.start();
    return new SocketThread(thread);
  }

  /** Waits for its end; its socket must be closed already. */
  void await() {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
