package dev.kctl.net;

/** The files of networks could not be written or read. */
public final class NetworkFilesFailed extends NetworkException {
  NetworkFilesFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
