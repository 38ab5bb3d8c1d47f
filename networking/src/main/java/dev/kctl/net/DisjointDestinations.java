package dev.kctl.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Cuts destinations so that none overlaps another, which the kernel's sets of ranges demand, while
 * together they allow the same.
 */
final class DisjointDestinations {
  private DisjointDestinations() {}

  /** Subnets are nested or apart, so a wider one only ever takes ports from what lies in it. */
  static List<Destination> of(List<Destination> wished) {
    var wideFirst = new ArrayList<>(new LinkedHashSet<>(wished));
    wideFirst.sort(Comparator.comparingInt(destination -> destination.subnet().prefix()));
    var kept = new ArrayList<Destination>();
    for (var wish : wideFirst) {
      var ports = List.of(wish.ports());
      for (var wider : kept) {
        if (wider.subnet().contains(wish.subnet())) {
          ports = without(ports, wider.ports());
        }
      }
      for (var range : ports) {
        kept.add(new Destination(wish.subnet(), range));
      }
    }
    return kept;
  }

  private static List<PortRange> without(List<PortRange> ranges, PortRange taken) {
    var left = new ArrayList<PortRange>();
    for (var range : ranges) {
      if (range.first() < taken.first()) {
        left.add(new PortRange(range.first(), Math.min(range.last(), taken.first() - 1)));
      }
      if (range.last() > taken.last()) {
        left.add(new PortRange(Math.max(range.first(), taken.last() + 1), range.last()));
      }
    }
    return left;
  }
}
