package dev.kctl.linux;

import java.io.IOException;

/**
 * Network namespaces belong to threads: sockets, files below {@code /proc/sys/net} and children are
 * of the namespace of the thread that opens or starts them.
 */
public final class NetworkNamespace {
  private NetworkNamespace() {}

  /**
   * Gives the calling thread, which must be a platform thread, a new namespace with nothing but a
   * loopback device that is down. It goes with its last thread, process and socket.
   */
  public static void unshare() throws IOException {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread would leave its namespace to others");
    }
    SocketCalls.unshare(SocketCalls.CLONE_NEWNET);
  }

  /** The calling thread by its number in the kernel, which also names its namespace. */
  public static int threadId() throws IOException {
    return SocketCalls.gettid();
  }
}
