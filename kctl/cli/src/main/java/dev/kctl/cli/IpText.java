package dev.kctl.cli;

import java.net.InetAddress;

/** Addresses as a user writes them; no name is ever looked up. */
final class IpText {
  private IpText() {}

  /** Whether it is an address of IPv4, in its four numbers, or of IPv6. */
  static boolean isAddress(String text) {
    return text.indexOf(':') < 0 ? isIpv4(text) : isIpv6(text);
  }

  static boolean isIpv4(String text) {
    var parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (var part : parts) {
      var digits = !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(IpText::isDigit);
      if (!digits || Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"))) {
        return false;
      }
    }
    return true;
  }

  static boolean isIpv6(String text) {
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return false;
    }
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Six pairs of hexadecimal digits between colons or dashes. */
  static boolean isMac(String text) {
    return text.matches("[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\\1){4}[0-9a-fA-F]{2}");
  }

  /** For example {@code [::1]:80}. */
  static String withPort(String address, String port) {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
