package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;

/** Splits without regular expressions. */
final class Words {
  private Words() {}

  /** The parts between separators; none of an empty text. */
  static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    var start = 0;
    while (start < text.length()) {
      var end = text.indexOf(separator, start);
      end = end < 0 ? text.length() : end;
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    return parts;
  }
}
