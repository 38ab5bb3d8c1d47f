package dev.kctl.image;

import java.util.Arrays;

/** One header block of a tar: 512 bytes of fields in the dialects V7, ustar, STAR and GNU. */
final class TarBlock {
  static final int SIZE = 512;
  private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};
  private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' ', ' ', 0};
  private static final byte[] STAR = {'t', 'a', 'r', 0};
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_LENGTH = 8;

  private final byte[] block = new byte[SIZE];

  /** The block itself, to be read into. */
  byte[] bytes() {
    return block;
  }

  boolean isZero() {
    for (var b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  boolean isGnu() {
    return matches(257, GNU);
  }

  char typeFlag() {
    return (char) (block[156] & 0xff);
  }

  byte[] name() {
    var name = text(0, 100);
    if (!matches(257, USTAR)) {
      return name;
    }
    var prefix = text(345, matches(508, STAR) ? 131 : 155);
    if (prefix.length == 0) {
      return name;
    }
    var whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  byte[] linkName() {
    return text(157, 100);
  }

  int mode() {
    return (int) number(100, 8, "mode") & 07777;
  }

  long uid() {
    return number(108, 8, "uid");
  }

  long gid() {
    return number(116, 8, "gid");
  }

  long size() {
    return number(124, 12, "size");
  }

  long modified() {
    return number(136, 12, "mtime");
  }

  TarDevice device() {
    var major = number(329, 8, "device major");
    var minor = number(337, 8, "device minor");
    if (major < 0 || major > TarDevice.MAX_MAJOR || minor < 0 || minor > TarDevice.MAX_MINOR) {
      throw malformed("no such device number: " + major + ":" + minor);
    }
    return new TarDevice((int) major, (int) minor);
  }

  /** Refuses a block whose checksum is neither the standard's nor that of ancient signed tars. */
  void verifyChecksum() {
    var unsigned = 0L;
    var signed = 0L;
    for (var i = 0; i < SIZE; i++) {
      var inside = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
      unsigned += inside ? ' ' : block[i] & 0xff;
      signed += inside ? ' ' : block[i];
    }
    var stored = number(CHECKSUM, CHECKSUM_LENGTH, "checksum");
    if (stored != unsigned && stored != signed) {
      throw malformed("tar header checksum does not match");
    }
  }

  /** A number in octal, or in GNU's base 256 where the first bit is set. */
  long number(int offset, int length, String what) {
    return (block[offset] & 0x80) != 0
        ? base256(offset, length, what)
        : octal(offset, length, what);
  }

  private long base256(int offset, int length, String what) {
    var negative = (block[offset] & 0x40) != 0;
    var value = negative ? -1L : 0L;
    for (var i = 0; i < length; i++) {
      var digit = block[offset + i] & 0xff;
      if (i == 0) {
        digit = negative ? digit | 0x80 : digit & 0x7f;
      }
      var shifted = (value << 8) | digit;
      if (shifted >> 8 != value) {
        throw malformed("tar header field out of range: " + what);
      }
      value = shifted;
    }
    return value;
  }

  private long octal(int offset, int length, String what) {
    var at = offset;
    var end = offset + length;
    while (at < end && (block[at] == ' ' || block[at] == 0)) {
      at++;
    }
    var value = 0L;
    for (; at < end && block[at] != ' ' && block[at] != 0; at++) {
      if (block[at] < '0' || block[at] > '7') {
        throw malformed("tar header field is not a number: " + what);
      }
      value = (value << 3) + (block[at] - '0');
    }
    return value;
  }

  private MalformedLayer malformed(String reason) {
    return MalformedLayer.entry(name(), reason);
  }

  private byte[] text(int offset, int length) {
    var end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, offset, end);
  }

  private boolean matches(int offset, byte[] expected) {
    return Arrays.equals(block, offset, offset + expected.length, expected, 0, expected.length);
  }
}
