package dev.kctl.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 that names a blob, a manifest or a layer's tar, written {@code sha256:<hex>}.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final String ALGORITHM = "sha256:";
  private static final int HEX_LENGTH = 64;

  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("not 64 lower-case hex digits: " + hex);
    }
  }

  /**
   * Reads the form used in manifests and on command lines.
   *
   * @throws IllegalArgumentException naming the value, where it is of another form or algorithm
   */
  public static Digest parse(String text) {
    if (!isDigest(text)) {
      throw new IllegalArgumentException("not a sha256:<64 hex digits> digest: " + text);
    }
    return new Digest(text.substring(ALGORITHM.length()));
  }

  /** Whether {@link #parse} takes this text. */
  public static boolean isDigest(String text) {
    return text.startsWith(ALGORITHM) && isHex(text.substring(ALGORITHM.length()));
  }

  /** Hashes content that is in memory. */
  public static Digest of(byte[] content) {
    return ofHash(sha256().digest(content));
  }

  /** Names an already computed hash of 32 bytes. */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** The hash itself, 32 bytes. */
  public byte[] hash() {
    return HexFormat.of().parseHex(hex);
  }

  /** The twelve digits people read and type. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return ALGORITHM + hex;
  }

  /** A fresh SHA-256, for content that streams by. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static boolean isHex(String text) {
    return text.length() == HEX_LENGTH
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
