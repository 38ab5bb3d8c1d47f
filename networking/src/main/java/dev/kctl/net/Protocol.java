package dev.kctl.net;

import java.util.Locale;

/** A transport protocol that has ports. */
public enum Protocol {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** As in {@code /etc/protocols}. */
  int number() {
    return number;
  }

  /** Reads {@code tcp}, {@code udp} or {@code sctp}, in any case. */
  public static Protocol parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "tcp" -> TCP;
      case "udp" -> UDP;
      case "sctp" -> SCTP;
      default ->
          throw new InvalidNetworkValue(
              "not a protocol: " + Printable.quote(text) + " (tcp, udp and sctp are)");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
