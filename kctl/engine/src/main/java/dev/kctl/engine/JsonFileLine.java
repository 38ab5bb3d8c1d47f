package dev.kctl.engine;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads log lines as this engine writes them, field by field in their order: a million lines would
 * take a JSON parser seconds. What it does not recognize at once is left to that.
 */
final class JsonFileLine {
  private static final byte[] HEAD = ascii("{\"log\":\"");
  private static final byte[] STDOUT = ascii(",\"stream\":\"stdout\",\"time\":\"");
  private static final byte[] STDERR = ascii(",\"stream\":\"stderr\",\"time\":\"");
  private static final byte[] RUN = ascii(",\"run\":");
  private static final byte[] SEQUENCE = ascii(",\"seq\":");
  private static final long NANOS = 1_000_000_000L;
  private static final int SECONDS_TEXT = 19;
  private static final int MOST_DIGITS = 18;

  private final byte[] seconds = new byte[SECONDS_TEXT];
  private long secondsValue;
  private byte[] line = new byte[0];
  private int at;
  private int end;

  /** The record, or null where a JSON parser must be asked. */
  @Nullable JsonFileRecord parse(byte[] bytes, int from, int to) {
    line = bytes;
    at = from;
    end = to;
    var data = skip(HEAD) ? text() : null;
    if (data == null) {
      return null;
    }
    var kind = kind();
    if (kind == null) {
      return null;
    }
    var time = time();
    var run = time < 0 || !skip(RUN) ? -1 : number();
    var sequence = run < 0 || !skip(SEQUENCE) ? -1 : number();
    if (sequence < 0 || run > Integer.MAX_VALUE || at + 1 != end || line[at] != '}') {
      return null;
    }
    return new JsonFileRecord((int) run, new OutputChunk(sequence, time, kind, data));
  }

  /** The bytes of a string that has at most the common escapes, and its end. */
  private byte @Nullable [] text() {
    var start = at;
    while (at < end && line[at] != '"' && line[at] != '\\') {
      at++;
    }
    if (at < end && line[at] == '"') {
      at++;
      return Arrays.copyOfRange(line, start, at - 1);
    }
    return unescaped(start);
  }

  private byte @Nullable [] unescaped(int start) {
    var out = new byte[end - start];
    var length = at - start;
    System.arraycopy(line, start, out, 0, length);
    while (at + 1 < end) {
      var b = line[at++];
      if (b == '"') {
        return Arrays.copyOf(out, length);
      }
      if (b == '\\') {
        var plain = plain(line[at++]);
        if (plain == 0) {
          return null;
        }
        b = plain;
      }
      out[length++] = b;
    }
    return null;
  }

  private static byte plain(byte escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\' -> escaped;
      default -> 0;
    };
  }

  private @Nullable OutputStreamKind kind() {
    if (skip(STDOUT)) {
      return OutputStreamKind.STDOUT;
    }
    return skip(STDERR) ? OutputStreamKind.STDERR : null;
  }

  /** Unix nanoseconds; -1 where the text is of another form. */
  private long time() {
    if (at + SECONDS_TEXT >= end) {
      return -1;
    }
    if (!Arrays.equals(seconds, 0, SECONDS_TEXT, line, at, at + SECONDS_TEXT)) {
      try {
        var text = new String(line, at, SECONDS_TEXT, StandardCharsets.US_ASCII);
        secondsValue = LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        return -1;
      }
      System.arraycopy(line, at, seconds, 0, SECONDS_TEXT);
    }
    at += SECONDS_TEXT;
    var fraction = fraction();
    if (fraction < 0 || at + 1 >= end || line[at] != 'Z' || line[at + 1] != '"') {
      return -1;
    }
    at += 2;
    return secondsValue < 0 ? -1 : secondsValue * NANOS + fraction;
  }

  private long fraction() {
    if (line[at] != '.') {
      return 0;
    }
    at++;
    var value = 0L;
    var unit = NANOS;
    while (at < end && line[at] >= '0' && line[at] <= '9' && unit > 1) {
      value = value * 10 + (line[at++] - '0');
      unit /= 10;
    }
    return value * unit;
  }

  private long number() {
    var value = 0L;
    var start = at;
    while (at < end && line[at] >= '0' && line[at] <= '9' && at - start < MOST_DIGITS) {
      value = value * 10 + (line[at++] - '0');
    }
    return at == start ? -1 : value;
  }

  private boolean skip(byte[] expected) {
    var after = at + expected.length;
    if (after > end || !Arrays.equals(line, at, after, expected, 0, expected.length)) {
      return false;
    }
    at = after;
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
