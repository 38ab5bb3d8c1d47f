package dev.kctl.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Builds the payload of a netlink message: a fixed header, then attributes, nested at will. */
final class Payload {
  /** NLA_F_NESTED, which nf_tables and new attributes of links want. */
  private static final int NESTED = 0x8000;

  private static final int LARGEST = 0xffff;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  /** Header bytes, as they are. */
  Payload raw(byte... header) {
    bytes.writeBytes(header);
    return this;
  }

  /** Header fields of four bytes in the machine's order. */
  Payload ints(int... fields) {
    var buffer = ByteBuffer.allocate(Integer.BYTES * fields.length).order(NetlinkMessage.ORDER);
    buffer.asIntBuffer().put(fields);
    return raw(buffer.array());
  }

  Payload put(int type, byte[] value) {
    var length = Integer.BYTES + value.length;
    if (length > LARGEST) {
      throw new IllegalArgumentException("an attribute of " + length + " bytes");
    }
    var whole = ByteBuffer.allocate(NetlinkMessage.aligned(length)).order(NetlinkMessage.ORDER);
    whole.putShort((short) length).putShort((short) type).put(value);
    return raw(whole.array());
  }

  Payload putByte(int type, int value) {
    return put(type, new byte[] {(byte) value});
  }

  Payload putShort(int type, int value) {
    return put(
        type, ByteBuffer.allocate(2).order(NetlinkMessage.ORDER).putShort((short) value).array());
  }

  Payload putInt(int type, int value) {
    return put(type, ByteBuffer.allocate(4).order(NetlinkMessage.ORDER).putInt(value).array());
  }

  /** In the order of the network, as all of netfilter's are. */
  Payload putNetworkInt(int type, int value) {
    return put(type, ByteBuffer.allocate(4).putInt(value).array());
  }

  Payload putString(int type, String value) {
    return put(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  Payload nest(int type, Consumer<Payload> content) {
    var nested = new Payload();
    content.accept(nested);
    return put(type | NESTED, nested.bytes());
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
