package dev.kctl.net;

import dev.kctl.net.FirewallField.Device;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One element of a set or map.
 *
 * @param data empty for a set
 */
record FirewallElement(FirewallSet set, List<FirewallField> key, List<FirewallField> data) {
  FirewallElement {
    key = List.copyOf(key);
    data = List.copyOf(data);
  }

  static FirewallElement of(FirewallSet set, FirewallField... key) {
    return new FirewallElement(set, List.of(key), List.of());
  }

  static FirewallElement device(FirewallSet set, String name) {
    return of(set, new Device(name));
  }

  /** As {@code nft} writes it. */
  String text() {
    return data.isEmpty() ? text(key) : text(key) + " : " + text(data);
  }

  private static String text(List<FirewallField> fields) {
    return fields.stream().map(FirewallField::text).collect(Collectors.joining(" . "));
  }

  byte[] firstKey() {
    return bytes(key, FirewallField::first);
  }

  byte[] lastKey() {
    return bytes(key, FirewallField::last);
  }

  byte[] dataBytes() {
    return bytes(data, FirewallField::first);
  }

  /** What tells it from every other element of its set. */
  String identity() {
    var identity = HexFormat.of().formatHex(firstKey());
    return set.hasRanges() ? identity + "-" + HexFormat.of().formatHex(lastKey()) : identity;
  }

  /** Fields of a concatenation begin at registers of four bytes; one alone is as long as it is. */
  private static byte[] bytes(List<FirewallField> fields, Function<FirewallField, byte[]> value) {
    if (fields.size() == 1) {
      return value.apply(fields.getFirst());
    }
    var all = new ByteArrayOutputStream();
    for (var field : fields) {
      var bytes = value.apply(field);
      all.writeBytes(Arrays.copyOf(bytes, NetlinkMessage.aligned(bytes.length)));
    }
    return all.toByteArray();
  }
}
