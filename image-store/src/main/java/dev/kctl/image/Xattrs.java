package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** Extended attributes in the form EROFS keeps behind an inode, and which of a layer's it gets. */
final class Xattrs {
  static final byte[] NONE = new byte[0];

  private static final int HEADER = 12;
  private static final int ENTRY = 4;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_VALUE = 65_535;

  /** What the inode's 16-bit count can express, and room for the two overlayfs attributes. */
  private static final int LARGEST = (256 << 10) - 64;

  private static final byte[] TRUSTED_OVERLAY = "trusted.overlay.".getBytes(US_ASCII);
  private static final byte[] USER_OVERLAY = "user.overlay.".getBytes(US_ASCII);
  private static final byte[] OPAQUE = "trusted.overlay.opaque".getBytes(US_ASCII);
  private static final byte[] ORIGIN = "trusted.overlay.origin".getBytes(US_ASCII);
  private static final byte[] YES = {'y'};

  private Xattrs() {}

  /**
   * Encodes the attributes that an image keeps. Overlayfs's own are dropped, or a layer could forge
   * what it must not say; so are those of a name space the kernel does not store.
   *
   * @param entry name of the tar entry, for messages
   */
  static byte[] encode(byte[] entry, Map<byte[], byte[]> attributes) {
    var encoded = NONE;
    for (var attribute : attributes.entrySet()) {
      var name = attribute.getKey();
      if (XattrSpace.startsWith(name, TRUSTED_OVERLAY)
          || XattrSpace.startsWith(name, USER_OVERLAY)) {
        continue;
      }
      var space = XattrSpace.of(name);
      if (space.isPresent()) {
        check(entry, name, space.get(), attribute.getValue());
        encoded = append(encoded, space.get(), name, attribute.getValue());
      }
      if (encoded.length > LARGEST) {
        throw MalformedLayer.entry(entry, "extended attributes of more than " + LARGEST + " bytes");
      }
    }
    return encoded;
  }

  static byte[] withOpaque(byte[] encoded) {
    return append(encoded, XattrSpace.TRUSTED, OPAQUE, YES);
  }

  static byte[] withOrigin(byte[] encoded) {
    return append(encoded, XattrSpace.TRUSTED, ORIGIN, NONE);
  }

  /** The inode's count of what follows it: 0 for nothing, else 1 and the words after the header. */
  static int count(byte[] encoded) {
    return encoded.length == 0 ? 0 : 1 + (encoded.length - HEADER) / 4;
  }

  private static void check(byte[] entry, byte[] name, XattrSpace space, byte[] value) {
    if (name.length - space.prefixLength() > LONGEST_NAME) {
      throw MalformedLayer.entry(entry, "extended attribute with a name of more than 255 bytes");
    }
    if (value.length > LONGEST_VALUE) {
      throw MalformedLayer.entry(
          entry,
          "extended attribute "
              + PrintableName.of(name)
              + " of "
              + value.length
              + " bytes; at most "
              + LONGEST_VALUE);
    }
  }

  private static byte[] append(byte[] encoded, XattrSpace space, byte[] name, byte[] value) {
    var start = Math.max(encoded.length, HEADER);
    var suffix = name.length - space.prefixLength();
    var length = (ENTRY + suffix + value.length + 3) & ~3;
    var longer = Arrays.copyOf(encoded, start + length);
    ByteBuffer.wrap(longer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(start)
        .put((byte) suffix)
        .put(space.index())
        .putShort((short) value.length)
        .put(name, space.prefixLength(), suffix)
        .put(value);
    return longer;
  }
}
