package dev.kctl.net;

import java.io.IOException;

/** Who knows the names of the rest of the world. */
@FunctionalInterface
public interface DnsUpstream {
  /**
   * Passes a query on as it is.
   *
   * @return the whole answer, with the query's number
   */
  byte[] ask(byte[] query) throws IOException;
}
