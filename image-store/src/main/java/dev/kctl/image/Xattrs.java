package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private static final byte[] OVERLAY = "overlay.".getBytes(US_ASCII);
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

  /** The length that goes with an inode's count. */
  static int length(int count) {
    return count == 0 ? 0 : HEADER + 4 * (count - 1);
  }

  /**
   * One attribute as it is encoded.
   *
   * @param name without what its space stands for
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares attributes
  record Encoded(byte space, byte[] name, byte[] value) {}

  /** Takes apart what {@link #encode} made; bytes that it cannot have made end the list. */
  static List<Encoded> decode(byte[] encoded) {
    var all = new ArrayList<Encoded>();
    var bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    for (var at = HEADER; at + ENTRY <= encoded.length; ) {
      var nameEnd = at + ENTRY + (bytes.get(at) & 0xff);
      var end = nameEnd + (bytes.getShort(at + 2) & 0xffff);
      if (end > encoded.length) {
        break;
      }
      var name = Arrays.copyOfRange(encoded, at + ENTRY, nameEnd);
      all.add(new Encoded(bytes.get(at + 1), name, Arrays.copyOfRange(encoded, nameEnd, end)));
      at = (end + 3) & ~3;
    }
    return all;
  }

  /** The same without overlayfs's own, where nothing is below that they could speak of. */
  static byte[] withoutOverlay(byte[] encoded) {
    var attributes = decode(encoded);
    if (attributes.stream().noneMatch(Xattrs::isOverlays)) {
      return encoded;
    }
    var kept = NONE;
    for (var attribute : attributes) {
      if (!isOverlays(attribute)) {
        kept = append(kept, attribute);
      }
    }
    return kept;
  }

  private static boolean isOverlays(Encoded attribute) {
    return attribute.space() == XattrSpace.TRUSTED.index()
        && XattrSpace.startsWith(attribute.name(), OVERLAY);
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
    var suffix = Arrays.copyOfRange(name, space.prefixLength(), name.length);
    return append(encoded, new Encoded(space.index(), suffix, value));
  }

  private static byte[] append(byte[] encoded, Encoded attribute) {
    var start = Math.max(encoded.length, HEADER);
    var length = (ENTRY + attribute.name().length + attribute.value().length + 3) & ~3;
    var longer = Arrays.copyOf(encoded, start + length);
    ByteBuffer.wrap(longer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(start)
        .put((byte) attribute.name().length)
        .put(attribute.space())
        .putShort((short) attribute.value().length)
        .put(attribute.name())
        .put(attribute.value());
    return longer;
  }
}
