package dev.kctl.net;

import org.jspecify.annotations.Nullable;

/** Something about networks could not be had; the subtype says what, the message how to go on. */
public abstract sealed class NetworkException extends RuntimeException
    permits AddressUnavailable,
        FirewallRefused,
        InvalidNetworkValue,
        KernelRefused,
        LeasesDamaged,
        LeasesInUse,
        NameTaken,
        NoSuchNetwork,
        NetworkFilesFailed,
        PortTaken,
        SubnetExhausted,
        SubnetUnavailable,
        ToolMissing {
  NetworkException(String message) {
    super(message);
  }

  NetworkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
