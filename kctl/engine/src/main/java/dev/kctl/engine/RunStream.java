package dev.kctl.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A run's output, input and end for one of kctl's own clients, from any place of the output on: a
 * client that lost its engine goes on where it was.
 */
final class RunStream {
  private static final int UNKNOWN_CODE = -1;
  private static final long LAST_WORD_SECONDS = 10;

  private final Container container;
  private final Wanted wanted;

  /**
   * What the client wants.
   *
   * @param run which run; 0 for the one that is on or comes next
   * @param after the last chunk that the client has, where it names a run
   */
  record Wanted(int run, long after, boolean stdin, boolean stdout, boolean stderr) {
    boolean output(OutputStreamKind kind) {
      return switch (kind) {
        case STDOUT -> stdout;
        case STDERR -> stderr;
      };
    }
  }

  RunStream(Container container, Wanted wanted) {
    this.container = container;
    this.wanted = wanted;
  }

  void serve(HttpExchange exchange) throws IOException, InterruptedException {
    var run = container.run();
    if (wanted.run > run.number()) {
      throw new EngineException.Conflict(
          "container " + container.spec().name() + " has not had run " + wanted.run + " yet");
    }
    var past = wanted.run > 0 && wanted.run < run.number();
    // Subscribed before the head: what a client does after it must not be missed.
    try (var output = run.hub().subscribe()) {
      var client = new Client(exchange.hijack(NumberedFrame.CONTENT_TYPE), run.number());
      if (wanted.run == 0) {
        container.emit("attach", Map.of());
      }
      var input = new ClientInput(container.spec(), run, wanted.stdin && !past, client);
      var reader = Thread.ofVirtual().name("stdin").start(() -> client.pump(input, output));
      try {
        if (past) {
          client.send(NumberedFrame.begin(wanted.run, wanted.after));
          replay(client, wanted.run, Long.MAX_VALUE);
          end(client, wanted.run, lastCode(), lastWords());
        } else {
          follow(client, run, output);
        }
        client.stream.finish(reader);
      } catch (IOException e) {
        // The client is gone; its half of the connection too, which ends the reader.
        client.stream.close();
      }
    }
  }

  private void follow(Client client, Run run, OutputHub.Subscription output)
      throws IOException, InterruptedException {
    var number = run.number();
    var resumes = wanted.run > 0;
    client.send(NumberedFrame.begin(number, resumes ? wanted.after : output.after()));
    if (resumes) {
      replay(client, number, output.after());
    }
    for (var next = output.next(); next.isPresent(); next = output.next()) {
      client.send(number, next.get());
    }
    var code = code(run);
    if (code.isPresent()) {
      end(client, number, code.get(), run.lastWords());
    }
  }

  private void end(Client client, int run, int code, String words) throws IOException {
    if (!words.isEmpty()) {
      client.send(NumberedFrame.why(run, words));
    }
    client.send(NumberedFrame.end(run, code));
    container.removal().endWasRead();
  }

  /** Empty where this client was only cut off. */
  private static Optional<Integer> code(Run run) throws InterruptedException {
    try {
      return run.hub().isFinished()
          ? Optional.of(run.exit().get(LAST_WORD_SECONDS, TimeUnit.SECONDS))
          : Optional.empty();
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    }
  }

  private int lastCode() {
    return switch (container.state()) {
      case ContainerState.Exited exited when exited.run() == wanted.run -> exited.exitCode();
      case ContainerState.Restarting restarting when restarting.run() == wanted.run ->
          restarting.outcome().exitCode();
      case ContainerState.NotStarted failed when failed.run() == wanted.run -> failed.exitCode();
      case ContainerState.Removing removing -> removing.exitCode();
      case ContainerState _ -> UNKNOWN_CODE;
    };
  }

  private String lastWords() {
    return switch (container.state()) {
      case ContainerState.Exited exited when exited.run() == wanted.run && !exited.stopped() ->
          exited.outcome().lastWords();
      case ContainerState.Restarting restarting when restarting.run() == wanted.run ->
          restarting.outcome().lastWords();
      case ContainerState _ -> "";
    };
  }

  private void replay(Client client, int run, long until) throws IOException {
    LogRecords.each(
        container.files().log(),
        record -> {
          var sequence = record.chunk().sequence();
          if (record.run() == run && sequence > wanted.after && sequence <= until) {
            client.send(run, record.chunk());
          }
        });
  }

  /** The client's connection: two threads write to it. */
  private final class Client implements ClientInput.Watch {
    private final HijackedStream stream;
    private final int run;
    private long accepted;

    Client(HijackedStream stream, int run) {
      this.stream = stream;
      this.run = run;
    }

    synchronized void send(ByteBuffer frame) throws IOException {
      stream.write(frame);
    }

    void send(int number, OutputChunk chunk) throws IOException {
      if (wanted.output(chunk.kind())) {
        send(NumberedFrame.output(number, chunk));
      }
    }

    void pump(ClientInput input, OutputHub.Subscription output) {
      input.pump(stream.input());
      if (!wanted.stdin || container.spec().tty()) {
        // Nobody half-closes these: the client has gone.
        output.close();
      }
    }

    /** Keys that detach are the client's own affair. */
    @Override
    public Optional<byte[]> pass(byte[] bytes, int length) {
      return Optional.of(Arrays.copyOf(bytes, length));
    }

    @Override
    public void accepted(int bytes) {
      accepted += bytes;
      try {
        send(NumberedFrame.accepted(run, accepted));
      } catch (IOException e) {
        // The client has gone: whoever sends it output will notice as well.
      }
    }
  }
}
