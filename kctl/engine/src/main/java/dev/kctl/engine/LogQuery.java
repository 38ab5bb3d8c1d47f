package dev.kctl.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody wants to see of a log.
 *
 * @param tail lines from the end
 */
record LogQuery(
    boolean stdout,
    boolean stderr,
    boolean timestamps,
    long tail,
    Optional<Instant> since,
    Optional<Instant> until) {

  boolean wants(OutputChunk chunk) {
    var time = JsonFileRecord.time(chunk.timeNanos());
    return switch (chunk.kind()) {
          case STDOUT -> stdout;
          case STDERR -> stderr;
        }
        && since.map(from -> !time.isBefore(from)).orElse(true)
        && until.map(to -> !time.isAfter(to)).orElse(true);
  }
}
