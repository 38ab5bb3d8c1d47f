package dev.kctl.image;

import java.security.MessageDigest;

/** The stage that hashes and counts everything that goes by. */
final class StreamHash {
  private final ChunkSource source;
  private final MessageDigest sha256 = Digest.sha256();
  private long bytes;

  StreamHash(ChunkSource source) {
    this.source = source;
  }

  void run() {
    while (source.next()) {
      sha256.update(source.bytes(), 0, source.length());
      bytes += source.length();
    }
  }

  /** Of the whole stream, after {@link #run}; once. */
  Digest digest() {
    return Digest.ofHash(sha256.digest());
  }

  long bytes() {
    return bytes;
  }
}
