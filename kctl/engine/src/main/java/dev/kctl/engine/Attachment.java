package dev.kctl.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** One client attached to a container, from before its start if it likes, to its end. */
final class Attachment {
  private static final int INPUT_BYTES = 32 * 1024;

  private final Container container;
  private final Wanted wanted;

  /** What the client wants of it. */
  record Wanted(
      boolean stream,
      boolean logs,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      DetachKeys detachKeys) {
    boolean output(OutputStreamKind kind) {
      return switch (kind) {
        case STDOUT -> stdout;
        case STDERR -> stderr;
      };
    }
  }

  Attachment(Container container, Wanted wanted) {
    this.container = container;
    this.wanted = wanted;
  }

  void serve(HttpExchange exchange) throws IOException, InterruptedException {
    var tty = container.spec().tty();
    var framing = StreamFraming.of(tty);
    var run = container.run();
    // Subscribed before the head: what a client does after it must not be missed.
    try (var output = run.hub().subscribe()) {
      var client = exchange.hijack(framing.contentType(exchange.request().apiMinor()));
      var reader = Thread.ofVirtual().name("stdin").start(() -> pumpInput(run, client, output));
      try {
        if (wanted.logs) {
          replay(client, framing, run, output.after());
        }
        if (wanted.stream) {
          for (var next = output.next(); next.isPresent(); next = output.next()) {
            send(client, framing, next.get());
          }
        }
        client.finish(reader);
      } catch (IOException e) {
        // The client is gone; its half of the connection too, which ends the reader.
        client.close();
      }
    }
  }

  private void send(HijackedStream client, StreamFraming framing, OutputChunk chunk)
      throws IOException {
    if (wanted.output(chunk.kind())) {
      client.write(framing.frame(chunk.kind(), chunk.data()));
    }
  }

  private void replay(HijackedStream client, StreamFraming framing, Run run, long until)
      throws IOException {
    for (var file : JsonFileLog.files(container.files().log())) {
      try (var records = JsonFileReader.open(file)) {
        for (var next = records.next(); next.isPresent(); next = records.next()) {
          var record = next.get();
          if (record.run() < run.number() || record.chunk().sequence() <= until) {
            send(client, framing, record.chunk());
          }
        }
      }
    }
  }

  /** Reads to the client's end whatever happens: unread input would reset its connection. */
  private void pumpInput(Run run, HijackedStream client, OutputHub.Subscription output) {
    var buffer = new byte[INPUT_BYTES];
    var sink = Optional.<Guest.Input>empty();
    var refused = !wanted.stdin;
    var tty = container.spec().tty();
    try {
      for (var n = client.input().read(buffer); n >= 0; n = client.input().read(buffer)) {
        var bytes =
            tty && wanted.stdin
                ? wanted.detachKeys.pass(buffer, n)
                : Optional.of(Arrays.copyOf(buffer, n));
        if (bytes.isEmpty()) {
          output.close();
        } else if (!refused) {
          sink = sink.or(() -> open(run));
          refused = sink.isEmpty() || !write(sink.get(), bytes.get());
        }
      }
    } catch (IOException e) {
      // As good as the end.
    }
    if (wanted.stdin && !tty && container.spec().stdinOnce()) {
      sink.or(() -> open(run)).ifPresent(Attachment::close);
    }
  }

  /** Waits for the container's process; empty where it never ran, or takes no input. */
  private static Optional<Guest.Input> open(Run run) {
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
