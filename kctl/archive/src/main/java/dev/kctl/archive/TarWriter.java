package dev.kctl.archive;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a tar stream: ustar, with pax headers where that does not do. */
final class TarWriter {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;
  private static final long LARGEST_ID = 07777777;
  private static final long LARGEST_SIZE = 077777777777L;

  private final OutputStream out;
  private long contentBytes;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  void directory(TarEntry entry) throws IOException {
    header(entry, entry.name() + "/", '5', "", 0);
  }

  void link(TarEntry entry, TarEntry.Kind kind, String target) throws IOException {
    header(entry, entry.name(), kind == TarEntry.Kind.HARD_LINK ? '1' : '2', target, 0);
  }

  /** A file that shrinks while it is read is a failure; what it grows by is left out. */
  void file(TarEntry entry, long size, InputStream content) throws IOException {
    header(entry, entry.name(), '0', "", size);
    var buffer = new byte[64 * 1024];
    for (var left = size; left > 0; ) {
      var count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new EOFException(entry.name() + ": became shorter while it was read");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    contentBytes += size;
    pad(size);
  }

  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  long contentBytes() {
    return contentBytes;
  }

  private void header(TarEntry entry, String name, char type, String link, long size)
      throws IOException {
    var extended = new ByteArrayOutputStream();
    extend(extended, "path", name, isPlain(name));
    extend(extended, "linkpath", link, isPlain(link));
    extend(extended, "size", Long.toString(size), size <= LARGEST_SIZE);
    extend(extended, "uid", Long.toString(entry.uid()), entry.uid() <= LARGEST_ID);
    extend(extended, "gid", Long.toString(entry.gid()), entry.gid() <= LARGEST_ID);
    if (extended.size() > 0) {
      block(entry, "PaxHeaders/x", 'x', "", extended.size());
      extended.writeTo(out);
      pad(extended.size());
    }
    block(entry, name, type, link, size);
  }

  private void block(TarEntry entry, String name, char type, String link, long size)
      throws IOException {
    var block = new byte[BLOCK];
    text(block, 0, LONGEST_NAME, name);
    octal(block, 100, 8, entry.mode());
    octal(block, 108, 8, Math.min(entry.uid(), LARGEST_ID));
    octal(block, 116, 8, Math.min(entry.gid(), LARGEST_ID));
    octal(block, 124, 12, Math.min(size, LARGEST_SIZE));
    octal(block, 136, 12, Math.clamp(entry.mtime(), 0, LARGEST_SIZE));
    block[156] = (byte) type;
    text(block, 157, LONGEST_NAME, link);
    text(block, 257, 8, "ustar\00000");
    var sum = 8 * ' ';
    for (var b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 8, sum);
    out.write(block);
  }

  /** Records of {@code LENGTH KEY=VALUE\n}, the length counting itself. */
  private static void extend(ByteArrayOutputStream into, String key, String value, boolean fits) {
    if (fits) {
      return;
    }
    var record = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    var length = record.length + 1;
    while (Integer.toString(length).length() + record.length != length) {
      length++;
    }
    into.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    into.writeBytes(record);
  }

  private static boolean isPlain(String name) {
    return name.length() <= LONGEST_NAME && name.chars().allMatch(c -> c > 0 && c < 128);
  }

  private static void text(byte[] block, int at, int most, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, Math.min(most, bytes.length));
  }

  private static void octal(byte[] block, int at, int length, long value) {
    var digits = Long.toOctalString(value);
    var padded = "0".repeat(length - 1 - digits.length()) + digits;
    text(block, at, length - 1, padded);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }
}
