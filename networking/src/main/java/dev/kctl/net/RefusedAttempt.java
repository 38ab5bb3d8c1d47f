package dev.kctl.net;

import java.nio.ByteBuffer;

/**
 * Packets that an egress policy refused.
 *
 * @param protocol as in {@code /etc/protocols}
 */
public record RefusedAttempt(IpAddress from, IpAddress to, int protocol, int port, long packets) {
  /** Of a set's key: two addresses, then protocol and port in four bytes each. */
  static RefusedAttempt of(byte[] key, long packets) {
    var length = (key.length - 2 * Integer.BYTES) / 2;
    var from = new byte[length];
    var to = new byte[length];
    var rest = ByteBuffer.wrap(key).get(from).get(to);
    var protocol = rest.get(rest.position()) & 0xff;
    var port = rest.getShort(rest.position() + Integer.BYTES) & 0xffff;
    return new RefusedAttempt(IpAddress.of(from), IpAddress.of(to), protocol, port, packets);
  }
}
