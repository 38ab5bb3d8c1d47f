package dev.kctl.vmm;

import java.util.regex.Pattern;

/**
 * A network device of the guest, whose other end is a TAP of the host's. The guest finds it by its
 * address.
 *
 * @param tap the persistent TAP, made by the caller; nobody else may hold it
 * @param mac one station's address, in lower case: {@code 02:00:ac:12:00:02}
 * @param mtu as the guest is told it, 68 to 65521 bytes
 */
public record NetworkDevice(String tap, String mac, int mtu) {
  /** {@code IFNAMSIZ} of {@code <linux/if.h>} without its closing zero. */
  private static final int MAXIMUM_NAME = 15;

  /** Its first byte is even: one station, not a group of them. */
  private static final Pattern STATION = Pattern.compile("[0-9a-f][02468ace](?::[0-9a-f]{2}){5}");

  private static final int MINIMUM_MTU = 68;

  /** The longest frame of a TAP, 65535 bytes, without its Ethernet header. */
  private static final int MAXIMUM_MTU = 65_521;

  public NetworkDevice {
    SpecChecks.word("TAP", tap);
    if (tap.length() > MAXIMUM_NAME) {
      throw new SpecUnsupported(
          "TAP %s is longer than the %d bytes of a device's name".formatted(tap, MAXIMUM_NAME));
    }
    if (!STATION.matcher(mac).matches()) {
      throw new SpecUnsupported(
          "MAC address '%s' is not one station's, such as 02:00:ac:12:00:02".formatted(mac));
    }
    if (mtu < MINIMUM_MTU || mtu > MAXIMUM_MTU) {
      throw new SpecUnsupported(
          "MTU %d of %s is not between %d and %d".formatted(mtu, tap, MINIMUM_MTU, MAXIMUM_MTU));
    }
  }
}
