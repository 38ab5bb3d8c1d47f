package dev.kctl.net;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Networks for tests. */
final class SampleNetworks {
  static final RootTag ROOT = new RootTag("c0ffee");

  private SampleNetworks() {}

  static Network with(String subnet, @Nullable String range, @Nullable String gateway) {
    return network("sample", subnet, range, gateway, null);
  }

  static Network network(String name, String v4, @Nullable String v6) {
    return network(name, v4, null, null, v6);
  }

  private static Network network(
      String name,
      String v4,
      @Nullable String range,
      @Nullable String gateway,
      @Nullable String v6) {
    return new Network(
        HexFormat.of().formatHex(Network.sha256(name)).substring(0, 58) + ROOT.digits(),
        name,
        AddressSpace.of(
            Subnet.parse(v4),
            range == null ? null : Subnet.parse(range),
            gateway == null ? null : IpAddress.parse(gateway)),
        v6 == null ? null : AddressSpace.of(Subnet.parse(v6), null, null),
        false,
        false,
        0,
        Map.of(),
        Map.of(),
        Instant.EPOCH);
  }
}
