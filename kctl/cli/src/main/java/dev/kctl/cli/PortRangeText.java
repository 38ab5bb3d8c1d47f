package dev.kctl.cli;

/** One port, or a range of them: {@code 80} or {@code 80-82}. */
record PortRangeText(int first, int last) {
  private static final int HIGHEST = 65_535;

  /** Reads one; whoever asks says what it is when it is none. */
  static PortRangeText parse(String text) {
    var dash = text.indexOf('-');
    var first = port(dash < 0 ? text : text.substring(0, dash));
    var last = dash < 0 ? first : port(text.substring(dash + 1));
    if (last < first) {
      throw new NumberFormatException("it ends below its beginning");
    }
    return new PortRangeText(first, last);
  }

  int count() {
    return last - first + 1;
  }

  private static int port(String text) {
    var digits = !text.isEmpty() && text.length() <= 5;
    if (!digits || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new NumberFormatException("it is no number of a port");
    }
    var number = Integer.parseInt(text);
    if (number > HIGHEST) {
      throw new NumberFormatException("no port is above " + HIGHEST);
    }
    return number;
  }
}
