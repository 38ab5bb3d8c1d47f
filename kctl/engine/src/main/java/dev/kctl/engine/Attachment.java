package dev.kctl.engine;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** One client attached to a container, from before its start if it likes, to its end. */
final class Attachment {
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
      container.emit("attach", Map.of());
      var input = new ClientInput(container.spec(), run, wanted.stdin, watch(output));
      var reader = Thread.ofVirtual().name("stdin").start(() -> input.pump(client.input()));
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
    LogRecords.each(
        container.files().log(),
        record -> {
          if (record.run() < run.number() || record.chunk().sequence() <= until) {
            send(client, framing, record.chunk());
          }
        });
  }

  private ClientInput.Watch watch(OutputHub.Subscription output) {
    return new ClientInput.Watch() {
      @Override
      public Optional<byte[]> pass(byte[] bytes, int length) {
        var passed = wanted.detachKeys.pass(bytes, length);
        if (passed.isEmpty()) {
          container.emit("detach", Map.of());
          output.close();
        }
        return passed;
      }

      @Override
      public void accepted(int bytes) {}
    };
  }
}
