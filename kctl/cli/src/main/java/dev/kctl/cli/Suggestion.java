package dev.kctl.cli;

import java.util.stream.Stream;

/** Guesses what a mistyped word was meant to be. */
final class Suggestion {
  private Suggestion() {}

  /** A clause to end a message with; empty when nothing is near. */
  static String among(String typed, Stream<String> known) {
    var best = "";
    var nearest = Math.max(1, typed.length() / 3) + 1;
    for (var candidate : known.toList()) {
      var distance = distance(typed, candidate);
      if (distance < nearest) {
        nearest = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : "; did you mean " + best + "?";
  }

  /** Levenshtein's: insertions, deletions and replacements between the two. */
  private static int distance(String from, String to) {
    var row = new int[to.length() + 1];
    for (var j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (var i = 1; i <= from.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j < row.length; j++) {
        var replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[row.length - 1];
  }
}
