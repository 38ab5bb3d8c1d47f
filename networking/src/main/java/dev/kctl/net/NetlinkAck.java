package dev.kctl.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's answer to one message.
 *
 * @param errno 0 where it was done
 * @param reason the kernel's explanation, or empty
 */
record NetlinkAck(int sequence, int errno, String reason) {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EADDRNOTAVAIL = 99;

  /** NLM_F_ACK_TLVS: attributes follow the request's header, which was not repeated whole. */
  private static final int TLVS = 0x200;

  private static final int HEADER = 16;
  private static final int NLMSGERR_ATTR_MSG = 1;

  static NetlinkAck of(NetlinkMessage message) {
    var payload = ByteBuffer.wrap(message.payload()).order(NetlinkMessage.ORDER);
    var errno = payload.remaining() < Integer.BYTES ? 0 : -payload.getInt();
    var reason = "";
    if ((message.flags() & TLVS) != 0 && payload.remaining() >= HEADER) {
      payload.position(payload.position() + HEADER);
      reason = text(Attributes.decode(payload.slice()));
    }
    return new NetlinkAck(message.sequence(), errno, reason);
  }

  private static String text(Attributes attributes) {
    var bytes = attributes.bytes(NLMSGERR_ATTR_MSG);
    return new String(bytes, 0, Math.max(0, bytes.length - 1), StandardCharsets.US_ASCII);
  }

  boolean isAny(int... errnos) {
    for (var one : errnos) {
      if (errno == one) {
        return true;
      }
    }
    return false;
  }

  KernelRefused refused(String what) {
    var described =
        switch (errno) {
          case EPERM -> "operation not permitted: networks need CAP_NET_ADMIN (run it as root)";
          case ENOENT -> "not found";
          case EEXIST -> "is there already";
          case ENODEV -> "no such device";
          default -> "error " + errno;
        };
    return new KernelRefused(what, errno, reason.isEmpty() ? described : described + ", " + reason);
  }
}
