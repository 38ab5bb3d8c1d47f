package dev.kctl.net;

/** Bytes that are no DNS message, with the reason. */
final class DnsException extends Exception {
  DnsException(String message) {
    super(message);
  }
}
