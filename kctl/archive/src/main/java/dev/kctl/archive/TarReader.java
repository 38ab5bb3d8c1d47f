package dev.kctl.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a tar stream: ustar, pax headers, GNU's long names. */
final class TarReader {
  private static final int BLOCK = 512;
  private static final int LONGEST_HEADER = 1 << 20;
  private static final int CHECKSUM_AT = 148;

  private final InputStream in;
  private long left;
  private long padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry, whose content {@link #content} then has; null at the end. */
  @Nullable TarEntry next() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
    Map<String, String> extended = new HashMap<>();
    while (true) {
      var block = in.readNBytes(BLOCK);
      if (block.length == 0 || isZero(block)) {
        drain();
        return null;
      }
      if (block.length < BLOCK) {
        throw new ArchiveException("the archive broke off");
      }
      check(block);
      var size = number(block, 124, 12);
      switch ((char) block[156]) {
        case 'x' -> pax(header(size), extended);
        case 'g' -> header(size);
        case 'L' -> extended.put("path", text(header(size)));
        case 'K' -> extended.put("linkpath", text(header(size)));
        default -> {
          return entry(block, size, extended);
        }
      }
    }
  }

  /** Reads of the entry's content; -1 at its end. */
  int content(byte[] into) throws IOException {
    if (left == 0) {
      return -1;
    }
    var count = in.read(into, 0, (int) Math.min(into.length, left));
    if (count < 0) {
      throw new ArchiveException("the archive broke off");
    }
    left -= count;
    return count;
  }

  private TarEntry entry(byte[] block, long plainSize, Map<String, String> extended) {
    var kind =
        switch ((char) block[156]) {
          case '0', '7', '\0' -> TarEntry.Kind.FILE;
          case '1' -> TarEntry.Kind.HARD_LINK;
          case '2' -> TarEntry.Kind.SYMBOLIC_LINK;
          case '5' -> TarEntry.Kind.DIRECTORY;
          default -> TarEntry.Kind.OTHER;
        };
    var size = extended.containsKey("size") ? decimal(extended, "size") : plainSize;
    var holds = kind == TarEntry.Kind.FILE || kind == TarEntry.Kind.OTHER;
    left = holds ? size : 0;
    padding = holds ? (BLOCK - size % BLOCK) % BLOCK : 0;
    var name = extended.getOrDefault("path", name(block));
    var directory = kind == TarEntry.Kind.FILE && name.endsWith("/");
    return new TarEntry(
        name,
        directory ? TarEntry.Kind.DIRECTORY : kind,
        extended.getOrDefault("linkpath", text(Arrays.copyOfRange(block, 157, 257))),
        (int) (number(block, 100, 8) & 07777),
        extended.containsKey("uid") ? decimal(extended, "uid") : number(block, 108, 8),
        extended.containsKey("gid") ? decimal(extended, "gid") : number(block, 116, 8),
        extended.containsKey("mtime") ? decimal(extended, "mtime") : number(block, 136, 12),
        left);
  }

  private static String name(byte[] block) {
    var name = text(Arrays.copyOfRange(block, 0, 100));
    var ustar = new String(block, 257, 5, StandardCharsets.US_ASCII).equals("ustar");
    var prefix = ustar ? text(Arrays.copyOfRange(block, 345, 500)) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private byte[] header(long size) throws IOException {
    if (size > LONGEST_HEADER) {
      throw new ArchiveException("a header of " + size + " bytes in the archive");
    }
    var bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new ArchiveException("the archive broke off");
    }
    skip((BLOCK - size % BLOCK) % BLOCK);
    return bytes;
  }

  /** Records of {@code LENGTH KEY=VALUE\n}. */
  private static void pax(byte[] bytes, Map<String, String> into) {
    var at = 0;
    while (at < bytes.length) {
      var space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      var length = length(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      var end = at + length;
      if (length <= space - at + 1 || end > bytes.length || bytes[end - 1] != '\n') {
        throw new ArchiveException("a malformed header in the archive");
      }
      var record = new String(bytes, space + 1, end - space - 2, StandardCharsets.UTF_8);
      var equals = record.indexOf('=');
      if (equals > 0) {
        into.put(record.substring(0, equals), record.substring(equals + 1));
      }
      at = end;
    }
  }

  private static int length(String digits) {
    try {
      return digits.length() > 7 ? 0 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new ArchiveException("a malformed header in the archive", e);
    }
  }

  private static long decimal(Map<String, String> extended, String key) {
    var text = extended.getOrDefault(key, "");
    var dot = text.indexOf('.');
    try {
      var number = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
      if (number >= 0 || key.equals("mtime")) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ArchiveException("a malformed " + key + " in the archive", e);
    }
    throw new ArchiveException("a malformed " + key + " in the archive");
  }

  /** Octal digits, or with the highest bit set a big-endian number. */
  private static long number(byte[] block, int at, int length) {
    if ((block[at] & 0x80) != 0) {
      var value = (long) (block[at] & 0x3f);
      for (var i = at + 1; i < at + length; i++) {
        if (value >>> 54 != 0) {
          throw new ArchiveException("a number too large in the archive");
        }
        value = value << 8 | (block[i] & 0xff);
      }
      return value;
    }
    var value = 0L;
    for (var i = at; i < at + length; i++) {
      var c = block[i];
      if (c >= '0' && c <= '7') {
        value = value * 8 + c - '0';
      } else if (c != ' ' && c != 0) {
        throw new ArchiveException("a malformed number in the archive");
      }
    }
    return value;
  }

  private static void check(byte[] block) {
    var sum = 0L;
    for (var i = 0; i < BLOCK; i++) {
      sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? ' ' : block[i] & 0xff;
    }
    if (sum != number(block, CHECKSUM_AT, 8)) {
      throw new ArchiveException("not a tar archive: a checksum is wrong");
    }
  }

  private static String text(byte[] bytes) {
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static boolean isZero(byte[] block) {
    for (var b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void skip(long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw new ArchiveException("the archive broke off", e);
    }
  }

  /** What comes after the end is of no use, but whoever sends it wants it read. */
  private void drain() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }
}
