package dev.kctl.net;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A destination that a policy allows: a subnet or a name, with its ports. */
public sealed interface EgressRule {
  /** Which ports of TCP and UDP; all of them stands for every protocol too. */
  PortRange ports();

  /** Addresses, one alone as a subnet of full length. */
  record ToSubnet(Subnet subnet, PortRange ports) implements EgressRule {
    @Override
    public String toString() {
      var address =
          subnet.prefix() == subnet.family().bits()
              ? subnet.network().toString()
              : subnet.toString();
      return text(subnet.family() == Family.IPV6 ? "[" + address + "]" : address, ports);
    }
  }

  /**
   * A name, followed through the answers that the container itself received.
   *
   * @param name in lower case, without the last dot
   * @param below whether all names below it are meant, and not itself
   */
  record ToName(String name, boolean below, PortRange ports) implements EgressRule {
    private static final Pattern FORM =
        Pattern.compile(
            "(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");

    public ToName {
      if (!FORM.matcher(name).matches()) {
        throw new InvalidNetworkValue("not a host name: " + Printable.quote(name));
      }
    }

    /** Whether a name that was asked for, in any case, is meant. */
    boolean matches(String asked) {
      var lower = asked.toLowerCase(Locale.ROOT);
      return below ? lower.endsWith("." + name) : lower.equals(name);
    }

    @Override
    public String toString() {
      return text(below ? "*." + name : name, ports);
    }
  }

  /** Reads {@code host[:ports]}; the host is a name, {@code *.name}, an address or a subnet. */
  static EgressRule parse(String text) {
    if (text.startsWith("[")) {
      var end = text.indexOf(']');
      if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
        throw new InvalidNetworkValue("not a destination: " + Printable.quote(text));
      }
      return of(text.substring(1, end), end + 1 == text.length() ? "" : text.substring(end + 2));
    }
    var colon = text.indexOf(':');
    return colon < 0 || colon != text.lastIndexOf(':')
        ? of(text, "")
        : of(text.substring(0, colon), text.substring(colon + 1));
  }

  private static EgressRule of(String host, String port) {
    var ports = port.isEmpty() ? PortRange.ALL : PortRange.parse(port);
    if (host.contains("/")) {
      return new ToSubnet(Subnet.parse(host), ports);
    }
    if (host.contains(":") || host.matches("[\\d.]+")) {
      var address = IpAddress.parse(host);
      return new ToSubnet(new Subnet(address, address.family().bits()), ports);
    }
    var below = host.startsWith("*.");
    var name = (below ? host.substring(2) : host).toLowerCase(Locale.ROOT);
    return new ToName(
        name.endsWith(".") ? name.substring(0, name.length() - 1) : name, below, ports);
  }

  private static String text(String host, @Nullable PortRange ports) {
    return PortRange.ALL.equals(ports) ? host : host + ":" + ports;
  }
}
