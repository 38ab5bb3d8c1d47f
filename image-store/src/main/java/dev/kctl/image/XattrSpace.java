package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Optional;

/** The name spaces of extended attributes that EROFS stores, with its numbers for them. */
enum XattrSpace {
  USER(1, "user."),
  ACL(2, "system.posix_acl_access"),
  DEFAULT_ACL(3, "system.posix_acl_default"),
  TRUSTED(4, "trusted."),
  SECURITY(6, "security.");

  private final byte index;
  private final String text;

  XattrSpace(int index, String text) {
    this.index = (byte) index;
    this.text = text;
  }

  /** The space of an attribute's full name; empty for one that is not stored. */
  static Optional<XattrSpace> of(byte[] name) {
    for (var space : values()) {
      if (space.holds(name)) {
        return Optional.of(space);
      }
    }
    return Optional.empty();
  }

  byte index() {
    return index;
  }

  /** How much of a full name the number stands for. */
  int prefixLength() {
    return text.length();
  }

  static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  private boolean holds(byte[] name) {
    var prefix = text.getBytes(US_ASCII);
    return switch (this) {
      case ACL, DEFAULT_ACL -> Arrays.equals(name, prefix);
      case USER, TRUSTED, SECURITY -> name.length > prefix.length && startsWith(name, prefix);
    };
  }
}
