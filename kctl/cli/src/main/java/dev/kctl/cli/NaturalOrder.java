package dev.kctl.cli;

import java.math.BigInteger;
import java.util.Comparator;

/** The order in which Docker's client lists names: numbers within them by their value. */
final class NaturalOrder {
  static final Comparator<String> TEXTS = NaturalOrder::compare;

  private NaturalOrder() {}

  private static int compare(String a, String b) {
    var i = 0;
    var j = 0;
    while (i < a.length() && j < b.length()) {
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        var endOfA = endOfNumber(a, i);
        var endOfB = endOfNumber(b, j);
        var order =
            new BigInteger(a.substring(i, endOfA))
                .compareTo(new BigInteger(b.substring(j, endOfB)));
        if (order != 0) {
          return order;
        }
        i = endOfA;
        j = endOfB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    var rest = Integer.compare(a.length() - i, b.length() - j);
    return rest == 0 ? a.compareTo(b) : rest;
  }

  private static int endOfNumber(String text, int start) {
    var end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
