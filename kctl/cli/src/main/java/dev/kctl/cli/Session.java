package dev.kctl.cli;

import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What one command has around it.
 *
 * @param engine connects, starting an engine where needed; each call gives a connection of its own
 * @param nextEngine the same after an engine went away, without a word: our output is a container's
 * @param leave ends the process at once with an exit code
 */
record Session(
    Settings settings,
    Map<String, String> environment,
    ReadableByteChannel in,
    Output out,
    Output err,
    Tty tty,
    Supplier<Engine> engine,
    Supplier<Engine> nextEngine,
    Credentials credentials,
    IntConsumer leave) {

  /** What to send as X-Registry-Auth for the registry of an image. */
  interface Credentials {
    String headerFor(String image);
  }
}
