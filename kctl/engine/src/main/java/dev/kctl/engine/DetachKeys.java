package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Finds the keys by which somebody at a terminal leaves a container without ending it. */
final class DetachKeys {
  private static final byte[] DEFAULT = {16, 17};

  private final byte[] keys;
  private int matched;

  private DetachKeys(byte[] keys) {
    this.keys = keys;
  }

  /** Reads `ctrl-p,ctrl-q`: letters, or ctrl- and one of a-z @ ^ [ , _ \ ]. */
  static DetachKeys parse(Optional<String> text) {
    if (text.isEmpty()) {
      return new DetachKeys(DEFAULT);
    }
    var keys = new ByteArrayOutputStream();
    for (var key : text.get().split(",", -1)) {
      keys.write(code(key, text.get()));
    }
    return new DetachKeys(keys.toByteArray());
  }

  /** The same, where nothing is Docker's own. */
  static DetachKeys of(String text) {
    return parse(Optional.of(text).filter(keys -> !keys.isEmpty()));
  }

  private static int code(String key, String all) {
    var lower = key.toLowerCase(Locale.ROOT);
    if (key.length() == 1) {
      return key.charAt(0);
    }
    if (lower.length() == 6 && lower.startsWith("ctrl-")) {
      var c = lower.charAt(5);
      if (c >= 'a' && c <= 'z') {
        return c - 'a' + 1;
      }
      var special = "@[\\]^_".indexOf(c);
      if (special >= 0) {
        return special == 0 ? 0 : 26 + special;
      }
    }
    throw new EngineException.InvalidParameter("Invalid detach keys (" + all + ") provided");
  }

  /**
   * Passes input through, holding back what may be the beginning of the keys.
   *
   * @return what goes on to the container; empty where the keys are complete
   */
  Optional<byte[]> pass(byte[] input, int length) {
    var out = new ByteArrayOutputStream(length + keys.length);
    for (var i = 0; i < length; i++) {
      if (input[i] == keys[matched]) {
        matched++;
        if (matched == keys.length) {
          return Optional.empty();
        }
      } else {
        out.write(keys, 0, matched);
        matched = 0;
        if (input[i] == keys[0]) {
          matched = 1;
        } else {
          out.write(input[i]);
        }
      }
    }
    return Optional.of(out.toByteArray());
  }

  @Override
  public String toString() {
    return Arrays.toString(keys);
  }
}
