package dev.kctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Turns the lines of a log file back into what the container wrote: in one pass over the bytes, and
 * without a JSON library, since a million lines should take little more than copying them.
 */
final class LogPrinter {
  private static final byte[] LOG = ascii("{\"log\":\"");
  private static final byte[] RAW = ascii(",\"raw\":\"");
  private static final byte[] STREAM = ascii(",\"stream\":\"");
  private static final byte[] TIME = ascii(",\"time\":\"");
  private static final int INCOMPLETE = -1;
  private static final int LONGEST_LINE = 16 << 20;
  private static final int FULL = 128 * 1024;

  private final @Nullable Output out;
  private final @Nullable Output err;
  private final boolean timestamps;
  private final boolean byLine;
  private final long skip;
  private final ByteBox text = new ByteBox(FULL);
  private final ByteBox pending = new ByteBox(2 * FULL);
  private byte[] in = new byte[2 * FULL];
  private int limit;
  private boolean toErr;
  private long lines;
  private boolean printed;

  private LogPrinter(
      @Nullable Output out, @Nullable Output err, boolean timestamps, boolean byLine, long skip) {
    this.out = out;
    this.err = err;
    this.timestamps = timestamps;
    this.byLine = byLine;
    this.skip = skip;
  }

  /**
   * Prints to two outputs.
   *
   * @param skip lines of output, from the first on, that are not printed
   */
  static LogPrinter to(Output out, Output err, boolean timestamps, long skip) {
    return new LogPrinter(out, err, timestamps, timestamps || skip > 0, skip);
  }

  /** Prints nothing. */
  static LogPrinter counting() {
    return new LogPrinter(null, null, false, true, Long.MAX_VALUE);
  }

  /** Lines of output so far, each with its end or without. */
  long lines() {
    return lines;
  }

  boolean hasPrinted() {
    return printed;
  }

  void print(InputStream file) throws IOException {
    limit = 0;
    for (var count = file.read(in, 0, in.length); count >= 0; count = read(file)) {
      limit += count;
      var from = 0;
      for (var next = record(from); next != INCOMPLETE; next = record(from)) {
        from = next;
      }
      System.arraycopy(in, from, in, 0, limit - from);
      limit -= from;
    }
  }

  void flush() {
    flush(pending.size());
  }

  private int read(InputStream file) throws IOException {
    if (limit == in.length) {
      if (limit > LONGEST_LINE) {
        throw new IOException("a line of the log is longer than " + LONGEST_LINE);
      }
      in = Arrays.copyOf(in, 2 * limit);
    }
    return file.read(in, limit, in.length - limit);
  }

  /** Takes the record that begins there; where the next one does, unless it is not all there. */
  private int record(int from) throws IOException {
    var mark = pending.size();
    var into = byLine ? text : pending;
    if (byLine) {
      text.shrinkTo(0);
    }
    var at = string(expect(LOG, from), into);
    if (at != INCOMPLETE && startsWith(RAW, at)) {
      at = raw(at + RAW.length, into, byLine ? 0 : mark);
    }
    var stream = expect(STREAM, at);
    var time = expect(TIME, skipString(stream));
    var timeEnd = skipString(time);
    var next = lineEnd(timeEnd);
    if (next == INCOMPLETE) {
      pending.shrinkTo(mark);
      return INCOMPLETE;
    }
    var errors = in[stream + 3] == 'e';
    if (byLine) {
      emit(errors, time, timeEnd - 1 - time);
    } else {
      direct(errors, mark);
    }
    return next;
  }

  /** The text is among what is pending already. */
  private void direct(boolean errors, int mark) {
    if (errors != toErr) {
      flush(mark);
      toErr = errors;
    }
    if (pending.size() > FULL) {
      flush();
    }
  }

  private void emit(boolean errors, int time, int timeLength) {
    if (errors != toErr || pending.size() > FULL) {
      flush();
      toErr = errors;
    }
    var bytes = text.array();
    var size = text.size();
    var start = 0;
    for (var i = 0; i < size; i++) {
      if (bytes[i] == '\n' || i == size - 1) {
        if (lines++ >= skip) {
          if (timestamps) {
            stamp(time, timeLength);
          }
          pending.add(bytes, start, i + 1 - start);
        }
        start = i + 1;
      }
    }
  }

  private void flush(int count) {
    var to = toErr ? err : out;
    if (to != null && count > 0) {
      to.write(pending.array(), 0, count);
      printed = true;
    }
    pending.removeFirst(count);
  }

  /** With nine digits behind the second always, as Docker prints it. */
  private void stamp(int from, int count) {
    var zone = from + count - 1;
    pending.add(in, from, count - 1);
    var digits = 0;
    for (var i = zone - 1; i > from && in[i] != '.' && in[i] != ':'; i--) {
      digits++;
    }
    if (in[zone - 1 - digits] == ':') {
      pending.add('.');
      digits = 0;
    }
    for (; digits < 9; digits++) {
      pending.add('0');
    }
    pending.add('Z');
    pending.add(' ');
  }

  /** Decodes up to the closing quote; where what follows begins. */
  private int string(int from, ByteBox into) throws IOException {
    if (from == INCOMPLETE) {
      return INCOMPLETE;
    }
    var bytes = in;
    var end = limit;
    var start = from;
    var at = from;
    while (at < end) {
      var b = bytes[at];
      if (b == '"') {
        into.add(bytes, start, at - start);
        return at + 1;
      }
      if (b == '\\') {
        into.add(bytes, start, at - start);
        at = escape(at + 1, into);
        if (at == INCOMPLETE) {
          return INCOMPLETE;
        }
        start = at;
      } else {
        at++;
      }
    }
    return INCOMPLETE;
  }

  private int escape(int at, ByteBox into) throws IOException {
    if (at >= limit) {
      return INCOMPLETE;
    }
    var c = in[at];
    switch (c) {
      case 'n' -> into.add('\n');
      case 't' -> into.add('\t');
      case 'r' -> into.add('\r');
      case 'b' -> into.add('\b');
      case 'f' -> into.add('\f');
      case '"', '\\', '/' -> into.add(c);
      case 'u' -> {
        return unicode(at + 1, into);
      }
      default -> throw malformed();
    }
    return at + 1;
  }

  private int unicode(int at, ByteBox into) throws IOException {
    if (at + 10 > limit) {
      return INCOMPLETE;
    }
    var high = hex(at);
    if (Character.isHighSurrogate(high) && in[at + 4] == '\\' && in[at + 5] == 'u') {
      into.addAll(utf8(new String(new char[] {high, hex(at + 6)})));
      return at + 10;
    }
    into.addAll(utf8(String.valueOf(high)));
    return at + 4;
  }

  private char hex(int at) throws IOException {
    var code = 0;
    for (var i = at; i < at + 4; i++) {
      var digit = Character.digit(in[i], 16);
      if (digit < 0) {
        throw malformed();
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /** The bytes as they were, in base64, instead of the text. */
  private int raw(int from, ByteBox into, int mark) throws IOException {
    var end = skipString(from);
    if (end != INCOMPLETE) {
      into.shrinkTo(mark);
      try {
        into.addAll(Base64.getDecoder().decode(Arrays.copyOfRange(in, from, end - 1)));
      } catch (IllegalArgumentException e) {
        throw new IOException("a malformed line in the log", e);
      }
    }
    return end;
  }

  private int skipString(int from) {
    for (var i = from; i != INCOMPLETE && i < limit; i++) {
      if (in[i] == '"') {
        return i + 1;
      }
    }
    return INCOMPLETE;
  }

  private int lineEnd(int from) {
    for (var i = from; i != INCOMPLETE && i < limit; i++) {
      if (in[i] == '\n') {
        return i + 1;
      }
    }
    return INCOMPLETE;
  }

  private int expect(byte[] wanted, int at) throws IOException {
    if (at == INCOMPLETE || at + wanted.length > limit) {
      return INCOMPLETE;
    }
    if (!startsWith(wanted, at)) {
      throw malformed();
    }
    return at + wanted.length;
  }

  private boolean startsWith(byte[] wanted, int at) {
    if (at + wanted.length > limit) {
      return false;
    }
    for (var i = 0; i < wanted.length; i++) {
      if (in[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static IOException malformed() {
    return new IOException("a malformed line in the log");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
