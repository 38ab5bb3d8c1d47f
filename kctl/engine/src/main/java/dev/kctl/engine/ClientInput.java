package dev.kctl.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Hands on to a container what an attached client sends. */
final class ClientInput {
  private static final int BYTES = 32 * 1024;

  private final ContainerSpec spec;
  private final Run run;
  private final boolean wanted;
  private final Watch watch;

  /** Who is told what becomes of the input. */
  interface Watch {
    /** What is to be handed on of this; nothing when the client detaches by it. */
    Optional<byte[]> pass(byte[] bytes, int length);

    /** The container has got as many bytes more. */
    void accepted(int bytes);
  }

  /**
   * For one client.
   *
   * @param wanted whether the client is attached to the container's input at all
   */
  ClientInput(ContainerSpec spec, Run run, boolean wanted, Watch watch) {
    this.spec = spec;
    this.run = run;
    this.wanted = wanted && spec.openStdin();
    this.watch = watch;
  }

  /** Reads to the client's end whatever happens: unread input would reset its connection. */
  void pump(InputStream client) {
    var buffer = new byte[BYTES];
    var sink = Optional.<Guest.Input>empty();
    var refused = !wanted;
    try {
      for (var n = client.read(buffer); n >= 0; n = client.read(buffer)) {
        var bytes =
            spec.tty() && wanted ? watch.pass(buffer, n) : Optional.of(Arrays.copyOf(buffer, n));
        if (bytes.isPresent() && !refused) {
          sink = sink.or(this::open);
          refused = sink.isEmpty() || !write(sink.get(), bytes.get());
          watch.accepted(n);
        }
      }
    } catch (IOException e) {
      // As good as the end.
    }
    if (wanted && !spec.tty() && spec.stdinOnce()) {
      sink.or(this::open).ifPresent(ClientInput::close);
    }
  }

  /** Waits for the container's process; empty where it never ran, or takes no input. */
  private Optional<Guest.Input> open() {
    try {
      return Optional.of(run.input(run.begun().join()));
    } catch (CompletionException e) {
      return Optional.empty();
    }
  }

  private static boolean write(Guest.Input sink, byte[] bytes) {
    try {
      sink.write(ByteBuffer.wrap(bytes));
      return true;
    } catch (RuntimeException e) {
      // The process has ended or closed its input: the rest is read and thrown away.
      return false;
    }
  }

  private static void close(Guest.Input sink) {
    try {
      sink.close();
    } catch (RuntimeException e) {
      // The process has ended.
    }
  }
}
