package dev.kctl.template;

import org.jspecify.annotations.Nullable;

/** The functions that compare. */
final class Comparisons {
  private Comparisons() {}

  static boolean equalsAny(Arguments arguments) {
    if (arguments.size() < 2) {
      throw new FunctionFailure("missing argument for comparison");
    }
    for (var other : arguments.values().subList(1, arguments.size())) {
      if (equal(arguments.at(0), other)) {
        return true;
      }
    }
    return false;
  }

  static boolean equal(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    if (a instanceof Number x && b instanceof Number y) {
      return order(x, y) == 0;
    }
    if (!a.getClass().equals(b.getClass())) {
      throw new FunctionFailure("incompatible types for comparison");
    }
    if (!(a instanceof String || a instanceof Boolean)) {
      throw new FunctionFailure("non-comparable type " + GoText.of(a) + ": " + GoText.type(a));
    }
    return a.equals(b);
  }

  static int compare(Arguments arguments) {
    var a = arguments.at(0);
    var b = arguments.at(1);
    if (a instanceof Number x && b instanceof Number y) {
      return order(x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    throw new FunctionFailure(
        GoText.type(a).equals(GoText.type(b))
            ? "invalid type for comparison"
            : "incompatible types for comparison");
  }

  private static int order(Number a, Number b) {
    return a instanceof Double || b instanceof Double
        ? Double.compare(a.doubleValue(), b.doubleValue())
        : Long.compare(a.longValue(), b.longValue());
  }
}
