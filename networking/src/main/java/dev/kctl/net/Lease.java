package dev.kctl.net;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one container has in one network, as long as it has it.
 *
 * @param network the network's id, with its root's digits at the end
 * @param container the container's id
 * @param v6 null where the network has no IPv6
 */
public record Lease(
    String network, String container, MacAddress mac, IpAddress v4, @Nullable IpAddress v6) {
  /** Of every TAP of ours; the bridges' is another. */
  static final String TAP_PREFIX = "kt";

  private static final int NAME_DIGITS = 7;

  /** The name of the TAP on the host. */
  public String tap() {
    return tap(network, container);
  }

  static String tap(String network, String container) {
    var digest = HexFormat.of().formatHex(Network.sha256(network + "/" + container));
    return RootTag.ofNetwork(network).taps() + digest.substring(0, NAME_DIGITS);
  }

  /** One address or two. */
  public Stream<IpAddress> addresses() {
    return v6 == null ? Stream.of(v4) : Stream.of(v4, v6);
  }
}
