package dev.kctl.guest;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret of 32 bytes that one machine's agent and the engine know each other by. */
public final class Token {
  /** In bytes. */
  public static final int LENGTH = 32;

  private final byte[] value;

  private Token(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "a token has %d bytes, not %d".formatted(LENGTH, value.length));
    }
    this.value = value;
  }

  public static Token generate(SecureRandom random) {
    var value = new byte[LENGTH];
    random.nextBytes(value);
    return new Token(value);
  }

  public static Token of(byte[] value) {
    return new Token(value.clone());
  }

  /** The reverse of {@link #hex}. */
  public static Token parse(String hex) {
    return new Token(HexFormat.of().parseHex(hex));
  }

  public byte[] bytes() {
    return value.clone();
  }

  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  /** In a time that does not tell how much of it was right. */
  boolean matches(byte[] candidate) {
    return MessageDigest.isEqual(value, candidate);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token token && matches(token.value);
  }

  @Override
  public int hashCode() {
    return value[0];
  }

  /** Never the secret: this ends in logs. */
  @Override
  public String toString() {
    return "Token";
  }
}
