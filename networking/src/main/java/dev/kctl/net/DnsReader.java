package dev.kctl.net;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Reads the parts of a DNS message whose bytes nobody vouches for. */
final class DnsReader {
  private static final int LONGEST_NAME = 255;
  private static final int POINTER = 0xc0;

  private final ByteBuffer message;

  DnsReader(byte[] message) {
    this.message = ByteBuffer.wrap(message);
  }

  int position() {
    return message.position();
  }

  int number() throws DnsException {
    need(Short.BYTES);
    return message.getShort() & 0xffff;
  }

  void skip(int length) throws DnsException {
    need(length);
    message.position(message.position() + length);
  }

  byte[] bytes(int length) throws DnsException {
    need(length);
    var bytes = new byte[length];
    message.get(bytes);
    return bytes;
  }

  /**
   * A name in lower case, without the last dot, empty for the root; what is no letter, digit,
   * hyphen or underscore is escaped, so that no name can pass for another. A pointer must lead to
   * before the name that it is in, so that reading ends.
   */
  String name() throws DnsException {
    var text = new StringBuilder();
    var length = 1;
    var earliest = message.position();
    var end = -1;
    while (true) {
      need(1);
      var size = message.get() & 0xff;
      if ((size & POINTER) == POINTER) {
        need(1);
        var target = (size & ~POINTER) << 8 | (message.get() & 0xff);
        end = end < 0 ? message.position() : end;
        if (target >= earliest) {
          throw new DnsException("a name points forward");
        }
        earliest = target;
        message.position(target);
      } else if ((size & POINTER) != 0) {
        throw new DnsException("a label of an unknown kind");
      } else if (size == 0) {
        break;
      } else {
        length += 1 + size;
        if (length > LONGEST_NAME) {
          throw new DnsException("a name is too long");
        }
        label(size, text);
      }
    }
    if (end >= 0) {
      message.position(end);
    }
    return text.toString();
  }

  private void label(int size, StringBuilder text) throws DnsException {
    need(size);
    if (!text.isEmpty()) {
      text.append('.');
    }
    for (var i = 0; i < size; i++) {
      var c = message.get() & 0xff;
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
        text.append((char) c);
      } else if (c >= 'A' && c <= 'Z') {
        text.append((char) (c + 'a' - 'A'));
      } else {
        text.append(String.format(Locale.ROOT, "\\%03d", c));
      }
    }
  }

  private void need(int length) throws DnsException {
    if (message.remaining() < length) {
      throw new DnsException("the message ends early");
    }
  }
}
