package dev.kctl.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** How a layer's tar is packed in its blob. */
public enum Compression {
  NONE("a tar"),
  GZIP("gzip"),
  ZSTD("zstd");

  private final String label;

  Compression(String label) {
    this.label = label;
  }

  /** What it is called in a sentence. */
  String label() {
    return label;
  }

  /** What the stream's first bytes say it is; nothing is taken from it. */
  static Optional<Compression> ofMagic(ChunkInput input) {
    if (!input.fill() || input.available() < 4) {
      return Optional.empty();
    }
    var bytes = input.bytes();
    var at = input.position();
    if (bytes[at] == 0x1f && bytes[at + 1] == (byte) 0x8b) {
      return Optional.of(GZIP);
    }
    var magic = littleEndian(bytes, at);
    var zstd = magic == ZstdFrames.MAGIC || ZstdFrames.isSkippable(magic);
    return zstd ? Optional.of(ZSTD) : Optional.empty();
  }

  /**
   * What a manifest says about a layer.
   *
   * @throws UnsupportedLayer where the media type is not that of a layer kctl can read
   */
  public static Compression ofMediaType(String mediaType) {
    return switch (mediaType) {
      case "application/vnd.oci.image.layer.v1.tar",
          "application/vnd.oci.image.layer.nondistributable.v1.tar",
          "application/vnd.docker.image.rootfs.diff.tar" ->
          NONE;
      case "application/vnd.oci.image.layer.v1.tar+gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" ->
          GZIP;
      case "application/vnd.oci.image.layer.v1.tar+zstd",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
          "application/vnd.docker.image.rootfs.diff.tar.zstd" ->
          ZSTD;
      default ->
          throw new UnsupportedLayer(
              "layer media type "
                  + mediaType
                  + " is not supported: kctl reads tar, tar+gzip and tar+zstd");
    };
  }

  private static int littleEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }
}
