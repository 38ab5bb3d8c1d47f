package dev.kctl.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The client of an exec, from its start to its end or to the client's own. */
final class ExecSession implements Exec.Client {
  private static final int INPUT_BYTES = 32 * 1024;

  private final Exec exec;
  private final StreamFraming framing;
  private final HijackedStream client;
  private final DetachKeys keys;
  private final CompletableFuture<GuestExec> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  private ExecSession(Exec exec, StreamFraming framing, HijackedStream client) {
    this.exec = exec;
    this.framing = framing;
    this.client = client;
    this.keys = DetachKeys.of(exec.request().detachKeys());
  }

  /**
   * Starts an exec that was claimed, and stays until it ends or the client leaves.
   *
   * @param tty whether the client expects a terminal's bytes, without frames
   */
  static void serve(Exec exec, boolean tty, TerminalSize size, HttpExchange exchange)
      throws IOException {
    var framing = StreamFraming.of(tty);
    var client = exchange.hijack(framing.contentType(exchange.request().apiMinor()));
    new ExecSession(exec, framing, client).run(size);
  }

  @Override
  public void take(GuestExec.Output output) {
    if (exec.request().tty() || exec.request().streams().has(output.kind())) {
      send(framing.frame(output.kind(), output.data().toByteArray()));
    }
  }

  @Override
  public void lost(String cause) {
    send(framing.error(cause));
  }

  private void run(TerminalSize size) throws IOException {
    // From the first moment on: input that nobody reads would reset the client's connection.
    var reader = Thread.ofVirtual().name("exec-stdin").start(this::pumpInput);
    try {
      begun.complete(exec.start(size, this));
    } catch (EngineException e) {
      begun.completeExceptionally(e);
      send(framing.frame(OutputStreamKind.STDOUT, StartFailures.line(e)));
    }
    var _ = CompletableFuture.anyOf(exec.ended(), left).join();
    if (left.isDone()) {
      client.close();
    } else {
      client.finish(reader);
    }
  }

  /** Blocks while the client does not read: the process is held back, as on a full pipe. */
  private void send(ByteBuffer bytes) {
    if (left.isDone()) {
      return;
    }
    try {
      client.write(bytes);
    } catch (IOException e) {
      left.complete(null);
    }
  }

  /** Reads to the client's end, whatever becomes of the process. */
  private void pumpInput() {
    var buffer = new byte[INPUT_BYTES];
    var request = exec.request();
    try {
      for (var n = client.input().read(buffer); n >= 0; n = client.input().read(buffer)) {
        var bytes = request.tty() ? keys.pass(buffer, n) : Optional.of(Arrays.copyOf(buffer, n));
        if (bytes.isEmpty()) {
          left.complete(null);
          client.close();
        } else if (request.streams().stdin()) {
          process().ifPresent(process -> write(process, bytes.get()));
        }
      }
    } catch (IOException e) {
      // As good as the end.
    }
    if (request.streams().stdin() && !request.tty()) {
      process().ifPresent(ExecSession::closeInput);
    }
  }

  /** Waits for its start; empty where it could not be started. */
  private Optional<GuestExec> process() {
    try {
      return Optional.of(begun.join());
    } catch (CompletionException e) {
      return Optional.empty();
    }
  }

  private static void write(GuestExec process, byte[] bytes) {
    try {
      process.write(ByteBuffer.wrap(bytes));
    } catch (RuntimeException e) {
      // It has ended: the rest is read and thrown away.
    }
  }

  private static void closeInput(GuestExec process) {
    try {
      process.closeInput();
    } catch (RuntimeException e) {
      // It has ended.
    }
  }
}
