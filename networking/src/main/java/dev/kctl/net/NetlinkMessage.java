package dev.kctl.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One message of netlink: {@code struct nlmsghdr} and what follows it.
 *
 * @param flags {@link #REQUEST} and the like
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
record NetlinkMessage(int type, int flags, int sequence, byte[] payload) {
  /** Headers are in the machine's own order. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  static final int REQUEST = 0x1;
  static final int ACK = 0x4;
  static final int DUMP = 0x300;
  static final int EXCL = 0x200;
  static final int CREATE = 0x400;
  static final int ERROR = 2;
  static final int DONE = 3;

  private static final int HEADER = 16;

  static int aligned(int length) {
    return length + 3 & ~3;
  }

  boolean wantsAck() {
    return (flags & ACK) != 0;
  }

  static byte[] encode(List<NetlinkMessage> messages) {
    var size = messages.stream().mapToInt(m -> aligned(HEADER + m.payload.length)).sum();
    var all = ByteBuffer.allocate(size).order(ORDER);
    for (var message : messages) {
      var end = all.position() + aligned(HEADER + message.payload.length);
      all.putInt(HEADER + message.payload.length)
          .putShort((short) message.type)
          .putShort((short) message.flags)
          .putInt(message.sequence)
          .putInt(0)
          .put(message.payload)
          .position(end);
    }
    return all.array();
  }

  static List<NetlinkMessage> decode(byte[] datagram) throws IOException {
    var rest = ByteBuffer.wrap(datagram).order(ORDER);
    var messages = new ArrayList<NetlinkMessage>();
    while (rest.remaining() >= HEADER) {
      var start = rest.position();
      var length = rest.getInt();
      if (length < HEADER || length > datagram.length - start) {
        throw new IOException("a netlink message of " + length + " bytes in a shorter datagram");
      }
      var type = rest.getShort() & 0xffff;
      var flags = rest.getShort() & 0xffff;
      var sequence = rest.getInt();
      messages.add(
          new NetlinkMessage(
              type, flags, sequence, Arrays.copyOfRange(datagram, start + HEADER, start + length)));
      rest.position(Math.min(datagram.length, start + aligned(length)));
    }
    return messages;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetlinkMessage that
        && type == that.type
        && flags == that.flags
        && sequence == that.sequence
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * sequence + Arrays.hashCode(payload);
  }
}
