package dev.kctl.cli;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Watches the keys pressed for the sequence that leaves a container running. */
final class DetachKeys {
  static final String DEFAULT = "ctrl-p,ctrl-q";

  private static final String CONTROL = "ctrl-";
  private static final String CONTROLLABLE = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

  private final byte[] sequence;
  private int matched;

  private DetachKeys(byte[] sequence) {
    this.sequence = sequence;
  }

  /** Single characters and ctrl- combinations, separated by commas; empty means the default. */
  static DetachKeys parse(String text) {
    var keys = (text.isEmpty() ? DEFAULT : text).split(",", -1);
    var sequence = new byte[keys.length];
    for (var i = 0; i < keys.length; i++) {
      sequence[i] = key(text, keys[i]);
    }
    return new DetachKeys(sequence);
  }

  /** Whether the sequence is complete; else {@code handOn} has what the container shall get. */
  boolean detaches(ByteBuffer pressed, ByteBuffer handOn) {
    while (pressed.hasRemaining()) {
      var key = pressed.get();
      if (key != sequence[matched] && matched > 0) {
        handOn.put(sequence, 0, matched);
        matched = 0;
      }
      if (key != sequence[matched]) {
        handOn.put(key);
      } else if (++matched == sequence.length) {
        return true;
      }
    }
    return false;
  }

  /** How much more than was pressed may come out at once. */
  int slack() {
    return sequence.length;
  }

  private static byte key(String text, String key) {
    var control = key.startsWith(CONTROL) && key.length() == CONTROL.length() + 1;
    var code = control ? CONTROLLABLE.indexOf(key.charAt(CONTROL.length())) : -1;
    if (control && code >= 0) {
      return (byte) code;
    }
    if (key.length() == 1 && key.charAt(0) < 128) {
      return (byte) key.charAt(0);
    }
    throw new UsageError(
        "invalid value "
            + text
            + " for --detach-keys: '"
            + key
            + "' is neither a character nor ctrl- and one of a-z @ [ \\ ] ^ _");
  }

  @Override
  public String toString() {
    return Arrays.toString(sequence);
  }
}
