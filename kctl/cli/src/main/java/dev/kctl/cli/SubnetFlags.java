package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The subnets of a network to be made, each with the range and gateway that lie in it, with the
 * checks of Docker's client.
 */
final class SubnetFlags {
  private final List<Wish> wishes = new ArrayList<>();

  private SubnetFlags() {}

  static SubnetFlags of(List<String> subnets, List<String> ranges, List<String> gateways) {
    if (subnets.size() < Math.max(ranges.size(), gateways.size())) {
      throw new NotPossible("every ip-range or gateway must have a corresponding subnet");
    }
    var flags = new SubnetFlags();
    subnets.forEach(text -> flags.subnet(SubnetText.parse("--subnet", text)));
    ranges.forEach(text -> flags.range(SubnetText.parse("--ip-range", text)));
    gateways.forEach(flags::gateway);
    return flags;
  }

  /** The API's IPAM. */
  void write(JsonWriter json) {
    json.name("IPAM").beginObject().field("Driver", "default").name("Config").beginArray();
    for (var wish : wishes) {
      json.beginObject().field("Subnet", wish.subnet.text());
      if (!wish.range.isEmpty()) {
        json.field("IPRange", wish.range);
      }
      if (!wish.gateway.isEmpty()) {
        json.field("Gateway", wish.gateway);
      }
      json.endObject();
    }
    json.endArray().endObject();
  }

  private void subnet(SubnetText subnet) {
    if (wishes.stream().anyMatch(wish -> wish.subnet.overlaps(subnet))) {
      throw new NotPossible("multiple overlapping subnet configuration is not supported");
    }
    wishes.add(new Wish(subnet));
  }

  private void range(SubnetText range) {
    for (var wish : wishes) {
      if (wish.subnet.contains(range)) {
        if (!wish.range.isEmpty()) {
          throw new NotPossible("cannot configure multiple ranges on the same subnet");
        }
        wish.range = range.text();
        return;
      }
    }
    throw new NotPossible("no matching subnet for range " + range.text());
  }

  private void gateway(String gateway) {
    if (!IpText.isAddress(gateway)) {
      throw new UsageError("invalid value " + gateway + " for --gateway: not an IP address");
    }
    for (var wish : wishes) {
      if (wish.subnet.contains(gateway)) {
        if (!wish.gateway.isEmpty()) {
          throw new NotPossible("cannot configure multiple gateways for the same subnet");
        }
        wish.gateway = gateway;
        return;
      }
    }
    throw new NotPossible("no matching subnet for gateway " + gateway);
  }

  /** A subnet and what was said about it; nothing of an empty text. */
  private static final class Wish {
    private final SubnetText subnet;
    private String range = "";
    private String gateway = "";

    Wish(SubnetText subnet) {
      this.subnet = subnet;
    }
  }
}
