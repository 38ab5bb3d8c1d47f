package dev.kctl.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody wants to see of a log.
 *
 * @param details put what the log options name before each line
 * @param tail lines from the end
 * @param run the run of the last chunk that the client has; 0 where it has none
 */
record LogQuery(
    boolean stdout,
    boolean stderr,
    boolean timestamps,
    boolean details,
    boolean follow,
    long tail,
    Optional<Instant> since,
    Optional<Instant> until,
    int run,
    long after) {

  boolean wants(int chunkRun, OutputChunk chunk) {
    return switch (chunk.kind()) {
          case STDOUT -> stdout;
          case STDERR -> stderr;
        }
        && (chunkRun > run || (chunkRun == run && chunk.sequence() > after))
        && (since.isEmpty() || !JsonFileRecord.time(chunk.timeNanos()).isBefore(since.get()))
        && !isOver(chunk);
  }

  /** Whether it was written after what is wanted. */
  boolean isOver(OutputChunk chunk) {
    return until.isPresent() && JsonFileRecord.time(chunk.timeNanos()).isAfter(until.get());
  }
}
