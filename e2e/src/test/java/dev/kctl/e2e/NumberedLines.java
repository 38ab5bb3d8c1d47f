package dev.kctl.e2e;

import java.util.ArrayList;
import java.util.List;

/** Lines `WORD 1`, `WORD 2`, ... as they come: says which is missing, double or out of order. */
final class NumberedLines {
  private final String word;
  private final StringBuilder rest = new StringBuilder();
  private final List<String> faults = new ArrayList<>();
  private long last;

  NumberedLines(String word) {
    this.word = word;
  }

  /** Takes a piece of the text, which may end within a line. */
  void take(String piece) {
    rest.append(piece);
    var start = 0;
    for (var end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      line(rest.substring(start, end));
      start = end + 1;
    }
    rest.delete(0, start);
  }

  /** For those who come in later: the next line is the one after this. */
  void beginAfter(long number) {
    last = number;
  }

  /** The number of the last line; 0 before the first. */
  long last() {
    return last;
  }

  List<String> faults() {
    return faults;
  }

  private void line(String line) {
    var due = word + " " + (last + 1);
    if (!line.equals(due)) {
      faults.add("'" + line + "' where '" + due + "' was due");
    }
    var number = line.substring(line.lastIndexOf(' ') + 1);
    last = number.matches("[0-9]{1,9}") ? Long.parseLong(number) : last + 1;
  }
}
