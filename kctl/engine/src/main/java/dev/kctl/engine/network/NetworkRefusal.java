package dev.kctl.engine.network;

import dev.kctl.net.AddressUnavailable;
import dev.kctl.net.FirewallRefused;
import dev.kctl.net.InvalidNetworkValue;
import dev.kctl.net.KernelRefused;
import dev.kctl.net.LeasesDamaged;
import dev.kctl.net.LeasesInUse;
import dev.kctl.net.NameTaken;
import dev.kctl.net.NetworkException;
import dev.kctl.net.NetworkFilesFailed;
import dev.kctl.net.NoSuchNetwork;
import dev.kctl.net.PortTaken;
import dev.kctl.net.SubnetExhausted;
import dev.kctl.net.SubnetUnavailable;
import dev.kctl.net.ToolMissing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something about networks that cannot be done, in words for the user, with Docker's status. */
public final class NetworkRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  private NetworkRefusal(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** A value that makes no sense. */
  static NetworkRefusal invalid(String message) {
    return new NetworkRefusal(400, message, null);
  }

  /** What nobody may do. */
  static NetworkRefusal forbidden(String message) {
    return new NetworkRefusal(403, message, null);
  }

  /** No network of this name or id. */
  static NetworkRefusal notFound(String reference) {
    return new NetworkRefusal(404, "network " + reference + " not found", null);
  }

  /** The same, for what somebody tried. */
  static NetworkRefusal notFound(String attempt, String reference) {
    return new NetworkRefusal(404, attempt + "network " + reference + " not found", null);
  }

  /** What is there already, or in use. */
  static NetworkRefusal conflict(String message) {
    return new NetworkRefusal(409, message, null);
  }

  /** The host does not do it. */
  static NetworkRefusal failed(String message) {
    return new NetworkRefusal(500, message, null);
  }

  static NetworkRefusal of(NetworkException failure) {
    var status =
        switch (failure) {
          case InvalidNetworkValue _ -> 400;
          case SubnetUnavailable _, AddressUnavailable _ -> 403;
          case NoSuchNetwork _ -> 404;
          case NameTaken _ -> 409;
          case FirewallRefused _,
              KernelRefused _,
              LeasesDamaged _,
              LeasesInUse _,
              NetworkFilesFailed _,
              PortTaken _,
              SubnetExhausted _,
              ToolMissing _ ->
              500;
        };
    return new NetworkRefusal(status, String.valueOf(failure.getMessage()), failure);
  }

  /** Does something with the leaf, whose failures are refusals here. */
  static <T extends @Nullable Object> T translated(Supplier<T> work) {
    try {
      return work.get();
    } catch (NetworkException e) {
      throw of(e);
    }
  }

  /** The same, where nothing comes of it. */
  static void translated(Runnable work) {
    try {
      work.run();
    } catch (NetworkException e) {
      throw of(e);
    }
  }

  /** The HTTP status that Docker answers. */
  public int status() {
    return status;
  }
}
