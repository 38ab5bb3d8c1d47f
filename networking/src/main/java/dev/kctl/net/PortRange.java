package dev.kctl.net;

import java.util.regex.Pattern;

/** Ports next to each other, both ends included. */
public record PortRange(int first, int last) {
  /** Every port. */
  public static final PortRange ALL = new PortRange(0, 65_535);

  private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  public PortRange {
    if (first < 0 || last > 65_535 || first > last) {
      throw new InvalidNetworkValue("not a range of ports: " + first + "-" + last);
    }
  }

  /** Reads {@code 80} or {@code 8000-8010}. */
  public static PortRange parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidNetworkValue("not a port or range of ports: " + Printable.quote(text));
    }
    var first = Integer.parseInt(matcher.group(1));
    return new PortRange(
        first, matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2)));
  }

  static PortRange of(int port) {
    return new PortRange(port, port);
  }

  int size() {
    return last - first + 1;
  }

  boolean contains(PortRange other) {
    return first <= other.first && other.last <= last;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
