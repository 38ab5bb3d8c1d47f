package dev.kctl.image;

/** How a layer's tar is packed in its blob. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD;

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
}
