package dev.kctl.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Writes tars for tests, broken ones too. Names are bytes, spelled as ISO-8859-1. */
final class TarBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarBuilder file(String name, String content) {
    return entry(name, '0', e -> e.content = content);
  }

  TarBuilder directory(String name) {
    return entry(name, '5', e -> e.mode = 0755);
  }

  TarBuilder symlink(String name, String target) {
    return entry(
        name,
        '2',
        e -> {
          e.link = target;
          e.mode = 0777;
        });
  }

  TarBuilder link(String name, String target) {
    return entry(name, '1', e -> e.link = target);
  }

  TarBuilder device(String name, char type, int major, int minor) {
    return entry(
        name,
        type,
        e -> {
          e.major = major;
          e.minor = minor;
        });
  }

  TarBuilder entry(String name, char type, Consumer<Entry> change) {
    var entry = new Entry(name, type);
    change.accept(entry);
    entry.write(out);
    return this;
  }

  /** Bytes as they are. */
  TarBuilder raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** The tar without its end mark. */
  byte[] unfinished() {
    return out.toByteArray();
  }

  byte[] bytes() {
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(unfinished());
    whole.writeBytes(new byte[1024]);
    return whole.toByteArray();
  }

  /** What a header says; long names and the records asked for become a PAX header before it. */
  static final class Entry {
    String name;
    char type;
    String link = "";
    String content = "";
    long size = -1;
    int mode = 0644;
    long uid;
    long gid;
    long modified = 1_700_000_000;
    int major;
    int minor;
    boolean gnu;
    final Map<String, String> pax = new LinkedHashMap<>();
    Consumer<byte[]> last = _ -> {};

    private Entry(String name, char type) {
      this.name = name;
      this.type = type;
    }

    void xattr(String key, String value) {
      pax.put("SCHILY.xattr." + key, value);
    }

    private void write(ByteArrayOutputStream out) {
      if (name.length() > 100) {
        pax.putIfAbsent("path", name);
      }
      if (link.length() > 100) {
        pax.putIfAbsent("linkpath", link);
      }
      if (!pax.isEmpty()) {
        var records = new StringBuilder();
        pax.forEach((key, value) -> records.append(record(key, value)));
        var header = new Entry("pax", 'x');
        header.content = records.toString();
        header.write(out);
      }
      out.writeBytes(header());
      out.writeBytes(content.getBytes(ISO_8859_1));
      out.writeBytes(new byte[-content.length() & 511]);
    }

    private byte[] header() {
      var block = new byte[512];
      put(block, 0, 100, name);
      number(block, 100, 8, mode);
      number(block, 108, 8, uid);
      number(block, 116, 8, gid);
      number(block, 124, 12, size < 0 ? content.length() : size);
      number(block, 136, 12, modified);
      block[156] = (byte) type;
      put(block, 157, 100, link);
      put(block, 257, 8, gnu ? "ustar  \0" : "ustar\00000");
      number(block, 329, 8, major);
      number(block, 337, 8, minor);
      last.accept(block);
      checksum(block);
      return block;
    }
  }

  static String record(String key, String value) {
    var rest = " " + key + "=" + value + "\n";
    var length = rest.length() + 1;
    while (length != rest.length() + String.valueOf(length).length()) {
      length++;
    }
    return length + rest;
  }

  static void checksum(byte[] block) {
    put(block, 148, 8, "        ");
    var sum = 0;
    for (var b : block) {
      sum += b & 0xff;
    }
    put(block, 148, 8, String.format("%06o\0 ", sum));
  }

  static void put(byte[] block, int offset, int length, String text) {
    var bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, offset, Math.min(length, bytes.length));
  }

  /** In octal where that is possible, else in base 256. */
  static void number(byte[] block, int offset, int length, long value) {
    if (value >= 0 && value < 1L << (3 * (length - 1))) {
      put(block, offset, length, String.format("%0" + (length - 1) + "o", value));
      return;
    }
    for (var i = offset; i < offset + length; i++) {
      block[i] = (byte) (value < 0 ? 0xff : 0);
    }
    var big = ByteBuffer.allocate(8).putLong(value).array();
    var count = Math.min(8, length);
    System.arraycopy(big, 8 - count, block, offset + length - count, count);
    block[offset] |= (byte) 0x80;
  }
}
