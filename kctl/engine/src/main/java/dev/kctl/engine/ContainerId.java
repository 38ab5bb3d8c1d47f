package dev.kctl.engine;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A container's id: 64 lower-case hexadecimal digits. */
record ContainerId(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
  private static final int SHORT = 12;

  ContainerId {
    if (!isId(hex)) {
      throw new IllegalArgumentException("not a container id: " + hex);
    }
  }

  static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  /** A new one; never all digits in its short form, which tools take for a number. */
  static ContainerId random(SecureRandom random) {
    while (true) {
      var bytes = new byte[32];
      random.nextBytes(bytes);
      var id = new ContainerId(HexFormat.of().formatHex(bytes));
      if (!id.shortForm().chars().allMatch(Character::isDigit)) {
        return id;
      }
    }
  }

  /** The first twelve digits, as people and host names use it. */
  String shortForm() {
    return hex.substring(0, SHORT);
  }

  @Override
  public String toString() {
    return hex;
  }
}
