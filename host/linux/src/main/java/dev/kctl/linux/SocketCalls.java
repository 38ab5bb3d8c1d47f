package dev.kctl.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calls of sockets and namespaces that Java's own channels do not make. */
final class SocketCalls {
  /** {@code <bits/socket.h>}. */
  static final int AF_NETLINK = 16;

  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int MSG_TRUNC = 0x20;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVTIMEO = 20;

  /** {@code <linux/netlink.h>}. */
  static final int SOL_NETLINK = 270;

  static final int NETLINK_CAP_ACK = 10;
  static final int NETLINK_EXT_ACK = 11;
  static final int NETLINK_GET_STRICT_CHK = 12;

  /** {@code <linux/sched.h>}. */
  static final int CLONE_NEWNET = 0x40000000;

  private static final MethodHandle SOCKET =
      Libc.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      Libc.bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SEND =
      Libc.bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECV =
      Libc.bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      Libc.bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      Libc.bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle UNSHARE =
      Libc.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle GETTID = Libc.bind("gettid", FunctionDescriptor.of(JAVA_INT));

  private SocketCalls() {}

  static int socket(int family, int type, int protocol) throws ErrnoException {
    return (int)
        Libc.call("socket", (_, state) -> (int) SOCKET.invokeExact(state, family, type, protocol));
  }

  static void setsockopt(int fd, int level, int option, int value) throws ErrnoException {
    Libc.call(
        "setsockopt",
        (arena, state) ->
            (int)
                SETSOCKOPT.invokeExact(
                    state, fd, level, option, arena.allocateFrom(JAVA_INT, value), Integer.BYTES));
  }

  /** A receive that takes longer fails with EAGAIN. */
  static void receiveTimeout(int fd, long seconds) throws ErrnoException {
    Libc.call(
        "setsockopt",
        (arena, state) -> {
          var timeval = arena.allocateFrom(JAVA_LONG, seconds, 0);
          return (int)
              SETSOCKOPT.invokeExact(
                  state, fd, SOL_SOCKET, SO_RCVTIMEO, timeval, (int) timeval.byteSize());
        });
  }

  static long send(int fd, MemorySegment bytes) throws ErrnoException {
    return Libc.call(
        "send", (_, state) -> (long) SEND.invokeExact(state, fd, bytes, bytes.byteSize(), 0));
  }

  /** Returns how long the message was, which may be more than fitted. */
  static long receive(int fd, MemorySegment buffer) throws ErrnoException {
    return Libc.call(
        "recv",
        (_, state) -> (long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), MSG_TRUNC));
  }

  static long read(int fd, MemorySegment buffer) throws ErrnoException {
    return Libc.call(
        "read", (_, state) -> (long) READ.invokeExact(state, fd, buffer, buffer.byteSize()));
  }

  static long write(int fd, MemorySegment bytes) throws ErrnoException {
    return Libc.call(
        "write", (_, state) -> (long) WRITE.invokeExact(state, fd, bytes, bytes.byteSize()));
  }

  static void unshare(int flags) throws ErrnoException {
    Libc.call("unshare", (_, state) -> (int) UNSHARE.invokeExact(state, flags));
  }

  static int gettid() throws ErrnoException {
    return (int) Libc.call("gettid", (_, state) -> (int) GETTID.invokeExact(state));
  }
}
