package dev.kctl.net;

import org.jspecify.annotations.Nullable;

/** What a user said of a network's addresses in one family; null where kctl is to choose. */
public record AddressRequest(
    @Nullable Subnet subnet, @Nullable Subnet range, @Nullable IpAddress gateway) {
  /** Nothing said. */
  public static final AddressRequest ANY = new AddressRequest(null, null, null);

  public AddressRequest {
    if (subnet == null && (range != null || gateway != null)) {
      throw new InvalidNetworkValue("an address range or a gateway needs a subnet");
    }
  }
}
