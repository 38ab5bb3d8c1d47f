package dev.kctl.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A socket to a part of the kernel's network stack, in the network namespace of the thread that
 * opened it. What the messages mean is the caller's business. For one thread at a time.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** {@code NETLINK_ROUTE}: links, addresses, routes. */
  public static final int ROUTE = 0;

  /** {@code NETLINK_NETFILTER}: nf_tables, conntrack. */
  public static final int NETFILTER = 12;

  /** The kernel fills at most 32 KiB of a dump into one message, an error may repeat a batch. */
  private static final int BUFFER = 256 << 10;

  private static final long TIMEOUT_SECONDS = 10;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
  private final int fd;

  private NetlinkSocket(int fd) {
    this.fd = fd;
  }

  /**
   * Opens one; the kernel gives it its port with the first message.
   *
   * @param protocol {@link #ROUTE} or {@link #NETFILTER}
   */
  public static NetlinkSocket open(int protocol) throws IOException {
    var fd =
        SocketCalls.socket(
            SocketCalls.AF_NETLINK, SocketCalls.SOCK_RAW | SocketCalls.SOCK_CLOEXEC, protocol);
    try {
      SocketCalls.setsockopt(fd, SocketCalls.SOL_NETLINK, SocketCalls.NETLINK_CAP_ACK, 1);
      SocketCalls.setsockopt(fd, SocketCalls.SOL_NETLINK, SocketCalls.NETLINK_EXT_ACK, 1);
      SocketCalls.setsockopt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_SNDBUF, 4 * BUFFER);
      SocketCalls.setsockopt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, 4 * BUFFER);
      SocketCalls.receiveTimeout(fd, TIMEOUT_SECONDS);
      return new NetlinkSocket(fd);
    } catch (ErrnoException e) {
      Libc.close(fd);
      throw e;
    }
  }

  /** Sends messages as one datagram, which the kernel works off before this returns. */
  public void send(byte[] messages) throws IOException {
    try (var scratch = Arena.ofConfined()) {
      SocketCalls.send(fd, scratch.allocateFrom(JAVA_BYTE, messages));
    }
  }

  /** The next datagram, of one or more messages. */
  public byte[] receive() throws IOException {
    var length = SocketCalls.receive(fd, buffer);
    if (length > BUFFER) {
      throw new IOException("a netlink message of " + length + " bytes is too long");
    }
    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    Libc.close(fd);
  }
}
