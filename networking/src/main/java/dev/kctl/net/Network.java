package dev.kctl.net;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network that is there.
 *
 * @param id 64 lower-case hexadecimal digits, the last six those of its root
 * @param v6 null for a network without IPv6
 * @param mtu 0 to follow the uplink
 * @param options as its user gave them, to be told again
 */
public record Network(
    String id,
    String name,
    AddressSpace v4,
    @Nullable AddressSpace v6,
    boolean internal,
    boolean isolated,
    int mtu,
    Map<String, String> labels,
    Map<String, String> options,
    Instant created) {
  /** So that {@code kctl+} names all of them in somebody's rules. */
  static final String BRIDGE_PREFIX = "kctl";

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
  private static final int NAME_DIGITS = 5;

  public Network {
    if (!ID.matcher(id).matches()) {
      throw new InvalidNetworkValue("not a network's id: " + Printable.quote(id));
    }
    labels = Map.copyOf(labels);
    options = Map.copyOf(options);
  }

  /** The name of its bridge on the host: at most 15 characters (IFNAMSIZ). */
  public String bridge() {
    return bridge(id);
  }

  static String bridge(String id) {
    return RootTag.ofNetwork(id).bridges() + id.substring(0, NAME_DIGITS);
  }

  /** Fixed, because a bridge otherwise takes its lowest port's and changes with every container. */
  MacAddress bridgeMac() {
    return MacAddress.local(sha256("bridge " + id));
  }

  /** Its subnets, one or two. */
  public Stream<AddressSpace> spaces() {
    return v6 == null ? Stream.of(v4) : Stream.of(v4, v6);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
