package dev.kctl.engine.network;

import dev.kctl.net.IpAddress;
import dev.kctl.net.NetworkException;
import org.jspecify.annotations.Nullable;

/**
 * A line that somebody wants in a container's {@code /etc/hosts}: {@code NAME:ADDRESS}, or with an
 * equals sign.
 *
 * @param address null for the host itself, as the container reaches it: {@code host-gateway}
 */
public record ExtraHost(String name, @Nullable IpAddress address) {
  private static final String GATEWAY = "host-gateway";

  /** Reads an entry; an IPv6 address has colons of its own, and may stand in brackets. */
  static ExtraHost parse(String text) {
    var equals = text.indexOf('=');
    var separator = equals >= 0 ? equals : text.indexOf(':');
    if (separator <= 0 || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw bad(text);
    }
    var name = text.substring(0, separator);
    var value = text.substring(separator + 1);
    if (value.equals(GATEWAY)) {
      return new ExtraHost(name, null);
    }
    var bracketed = value.startsWith("[") && value.endsWith("]");
    try {
      return new ExtraHost(
          name, IpAddress.parse(bracketed ? value.substring(1, value.length() - 1) : value));
    } catch (NetworkException e) {
      throw bad(text);
    }
  }

  /** Whether it stands for the host, whose services it opens to the container. */
  boolean isGateway() {
    return address == null;
  }

  private static NetworkRefusal bad(String text) {
    return NetworkRefusal.invalid(
        "bad format for add-host: \"" + text + "\": write NAME:ADDRESS, or NAME:host-gateway");
  }
}
