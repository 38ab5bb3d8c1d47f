package dev.kctl.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The attributes of a netlink message, in their order; a broken one ends the list. */
record Attributes(List<Attribute> all) {
  private static final int HEADER = 4;
  private static final int TYPE = 0x3fff; // above are the flags for nesting and byte order

  /** One attribute. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Attribute(int type, byte[] value) {
    Attributes nested() {
      return decode(ByteBuffer.wrap(value));
    }
  }

  static Attributes decode(byte[] payload, int headerLength) {
    return payload.length < headerLength
        ? new Attributes(List.of())
        : decode(ByteBuffer.wrap(payload, headerLength, payload.length - headerLength).slice());
  }

  static Attributes decode(ByteBuffer bytes) {
    var rest = bytes.duplicate().order(NetlinkMessage.ORDER);
    var attributes = new ArrayList<Attribute>();
    while (rest.remaining() >= HEADER) {
      var start = rest.position();
      var length = rest.getShort() & 0xffff;
      var type = rest.getShort() & TYPE;
      if (length < HEADER || length > rest.limit() - start) {
        break;
      }
      var value = new byte[length - HEADER];
      rest.get(value);
      attributes.add(new Attribute(type, value));
      rest.position(Math.min(rest.limit(), start + NetlinkMessage.aligned(length)));
    }
    return new Attributes(attributes);
  }

  boolean has(int type) {
    return all.stream().anyMatch(attribute -> attribute.type == type);
  }

  /**
   * The value of the last of a type, as the kernel too takes the last; empty where there is none.
   */
  byte[] bytes(int type) {
    return all.reversed().stream()
        .filter(attribute -> attribute.type == type)
        .map(Attribute::value)
        .findFirst()
        .orElse(new byte[0]);
  }

  Attributes nested(int type) {
    return decode(ByteBuffer.wrap(bytes(type)));
  }

  /** A number of the machine's order, of any size up to eight bytes; 0 where there is none. */
  long number(int type) {
    var value = bytes(type);
    return switch (value.length) {
      case 1 -> value[0] & 0xff;
      case 2 -> ByteBuffer.wrap(value).order(NetlinkMessage.ORDER).getShort() & 0xffff;
      case 4 -> ByteBuffer.wrap(value).order(NetlinkMessage.ORDER).getInt() & 0xffff_ffffL;
      case 8 -> ByteBuffer.wrap(value).order(NetlinkMessage.ORDER).getLong();
      default -> 0;
    };
  }

  /** A number of eight bytes in the order of the network. */
  long networkLong(int type) {
    var value = bytes(type);
    return value.length == Long.BYTES ? ByteBuffer.wrap(value).getLong() : 0;
  }

  String string(int type) {
    var value = bytes(type);
    var end = 0;
    while (end < value.length && value[end] != 0) {
      end++;
    }
    return new String(value, 0, end, StandardCharsets.US_ASCII);
  }
}
