package dev.kctl.net;

import java.math.BigInteger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the addresses of one space in turn: the next after the last one given, so that an
 * address that was just given back rests as long as it can.
 */
final class AddressAllocator {
  private final AddressSpace space;
  private @Nullable IpAddress last;

  AddressAllocator(AddressSpace space) {
    this.space = space;
  }

  /** A free address of the range. */
  IpAddress next(Set<IpAddress> taken) {
    var range = space.range();
    // Among one more candidates than can be refused, one is free; or the range has fewer.
    var mostRefused = BigInteger.valueOf(taken.size() + 4L);
    var candidates = range.size().min(mostRefused).intValueExact();
    var candidate = last == null ? range.network() : after(last);
    for (var i = 0; i < candidates; i++) {
      if (space.isForContainers(candidate) && !taken.contains(candidate)) {
        last = candidate;
        return candidate;
      }
      candidate = after(candidate);
    }
    throw new SubnetExhausted(
        "no free address is left in "
            + range
            + ": remove a container, or create a network with a larger subnet");
  }

  /** Checks an address that a user asked for; it need not lie in the range. */
  IpAddress asked(IpAddress address, Set<IpAddress> taken) {
    if (!space.isForContainers(address)) {
      throw new AddressUnavailable(
          address + " is no address for a container in subnet " + space.subnet());
    }
    if (taken.contains(address)) {
      throw new AddressUnavailable("address " + address + " is taken");
    }
    return address;
  }

  private IpAddress after(IpAddress address) {
    var range = space.range();
    return address.equals(range.last()) || !range.contains(address)
        ? range.network()
        : address.plus(BigInteger.ONE);
  }
}
