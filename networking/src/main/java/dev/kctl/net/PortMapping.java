package dev.kctl.net;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A wish to publish one port of a container.
 *
 * @param hostAddress null for every address of the host
 * @param hostPorts of which one is taken; {@code 0} alone lets kctl choose
 */
public record PortMapping(
    @Nullable IpAddress hostAddress, PortRange hostPorts, int containerPort, Protocol protocol) {
  private static final PortRange ANY = PortRange.of(0);

  /** [ADDRESS:][HOST-PORTS:]CONTAINER-PORTS[/PROTOCOL], IPv6 in brackets. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?:\\[(?<v6>[^]]*)]|(?<v4>[^:\\[\\]]*)):(?=[^:]*:))?(?:(?<host>[\\d-]*):)?(?<port>[\\d-]+)(?:/(?<protocol>\\w+))?");

  public PortMapping {
    if (containerPort < 1 || containerPort > 65_535) {
      throw new InvalidNetworkValue("not a container's port: " + containerPort);
    }
    if (hostPorts.first() == 0 && hostPorts.last() != 0) {
      throw new InvalidNetworkValue("a range of the host's ports cannot begin with 0");
    }
  }

  /**
   * Reads Docker's {@code [ip:][host:]container[/protocol]} with ranges. Ranges of one length are
   * paired; a range on the host for one port of the container lets kctl choose within it.
   */
  public static List<PortMapping> parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidNetworkValue(
          "not a published port: "
              + Printable.quote(text)
              + " (one is written like 127.0.0.1:8080:80/tcp)");
    }
    var address = address(matcher.group("v6"), matcher.group("v4"));
    var container = PortRange.parse(matcher.group("port"));
    var protocol =
        matcher.group("protocol") == null
            ? Protocol.TCP
            : Protocol.parse(matcher.group("protocol"));
    var written = matcher.group("host");
    var host = written == null || written.isEmpty() ? ANY : PortRange.parse(written);
    return pair(text, address, host, container, protocol);
  }

  private static List<PortMapping> pair(
      String text,
      @Nullable IpAddress address,
      PortRange host,
      PortRange container,
      Protocol protocol) {
    if (container.size() > 1 && !host.equals(ANY) && host.size() != container.size()) {
      throw new InvalidNetworkValue("ranges of different length: " + Printable.quote(text));
    }
    var mappings = new ArrayList<PortMapping>();
    for (var i = 0; i < container.size(); i++) {
      var hostPorts =
          container.size() == 1 || host.equals(ANY) ? host : PortRange.of(host.first() + i);
      mappings.add(new PortMapping(address, hostPorts, container.first() + i, protocol));
    }
    return mappings;
  }

  private static @Nullable IpAddress address(@Nullable String v6, @Nullable String v4) {
    if (v6 != null) {
      var address = IpAddress.parse(v6);
      if (address.family() != Family.IPV6) {
        throw new InvalidNetworkValue("brackets are for IPv6: [" + address + "]");
      }
      return address;
    }
    return v4 == null || v4.isEmpty() ? null : IpAddress.parse(v4);
  }

  @Override
  public String toString() {
    var port = hostPorts + ":" + containerPort + "/" + protocol;
    if (hostAddress == null) {
      return port;
    }
    return hostAddress.family() == Family.IPV6
        ? "[" + hostAddress + "]:" + port
        : hostAddress + ":" + port;
  }
}
