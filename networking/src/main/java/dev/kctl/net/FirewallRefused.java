package dev.kctl.net;

/** {@code nft} did not take the rules. */
public final class FirewallRefused extends NetworkException {
  FirewallRefused(String message) {
    super(message);
  }
}
