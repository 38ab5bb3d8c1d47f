package dev.kctl.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One run of a container: its output to ours, in order and each byte once, and our input to it,
 * over as many engines as it takes. Input has a thread of its own; closing the descriptor wakes it,
 * since a thread left in a native read would hold up the end of the process by 300 ms.
 */
final class RunFollower implements AutoCloseable {
  private final Session session;
  private final String path;
  private final boolean terminal;
  private final String query;
  private final InputLine line;
  private HttpConnection connection;
  private Engine engine;
  private long run;
  private long after;
  private String lastWords = "";
  private volatile boolean detached;
  private @Nullable ReadableByteChannel keys;

  /**
   * What to take part in.
   *
   * @param container name or id
   * @param terminal whether it has one: then input that may be lost is no failure
   */
  record Target(String container, boolean stdin, boolean stdout, boolean stderr, boolean terminal) {
    private String query() {
      return "?stdin="
          + (stdin ? "1" : "0")
          + "&stdout="
          + (stdout ? "1" : "0")
          + "&stderr="
          + (stderr ? "1" : "0");
    }
  }

  private RunFollower(Session session, Engine engine, Target target) {
    this.session = session;
    this.engine = engine;
    path = "/kctl/v1/containers/" + Engine.encode(target.container()) + "/stream";
    query = target.query();
    terminal = target.terminal();
    connection = open(engine, "");
    line = new InputLine(connection);
  }

  /** Takes part from here on; when this returns, nothing of a start can be missed any more. */
  static RunFollower open(Session session, Engine engine, Target target) {
    return new RunFollower(session, engine, target);
  }

  /** Sends what comes in until its end; with {@code watch} until the keys that detach. */
  void pump(ReadableByteChannel in, @Nullable DetachKeys watch) {
    keys = in;
    var thread = new Thread(() -> pumpAll(in, watch), "stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes everything the container says; its exit code, or nothing when the user detached. */
  OptionalInt follow(Output out, Output err) {
    while (true) {
      try {
        var frame = NumberedFrame.read(connection.input());
        if (detached) {
          return OptionalInt.empty();
        }
        if (frame == null) {
          throw new IOException("the engine closed the stream");
        }
        if (frame.kind() == NumberedFrame.END) {
          return OptionalInt.of(exitCode(frame));
        }
        take(frame, out, err);
      } catch (IOException e) {
        if (detached) {
          return OptionalInt.empty();
        }
        reconnect(engine.vanished(e));
      }
    }
  }

  /** Why the run ended, after its end, where its process had no part in it; else empty. */
  String lastWords() {
    return lastWords;
  }

  @Override
  public void close() {
    line.close();
    if (keys != null) {
      try {
        keys.close();
      } catch (IOException _) {
        // Nobody reads from it any more.
      }
    }
  }

  private void take(NumberedFrame frame, Output out, Output err) {
    switch (frame.kind()) {
      case NumberedFrame.STDOUT, NumberedFrame.STDERR -> {
        var to = frame.kind() == NumberedFrame.STDOUT ? out : err;
        to.write(frame.content(), 0, frame.content().length);
        run = frame.run();
        after = frame.sequence();
      }
      case NumberedFrame.BEGIN -> {
        run = frame.run();
        after = frame.sequence();
      }
      case NumberedFrame.WHY -> lastWords = new String(frame.content(), StandardCharsets.UTF_8);
      case NumberedFrame.ACCEPTED -> line.accepted(frame.number());
      default -> {
        // An engine newer than this says something that this does not know.
      }
    }
  }

  private static int exitCode(NumberedFrame frame) {
    var code = (int) frame.number();
    if (code < 0) {
      throw new NotPossible("the container has ended, and its exit code is not known");
    }
    return code;
  }

  private void reconnect(EngineVanished why) {
    if (run == 0) {
      throw why;
    }
    if (!terminal && line.isUncertain()) {
      throw new EngineVanished(
          "the engine ended while input was on its way: nobody knows how much of it arrived", why);
    }
    connection =
        Reconnection.ask(
            session,
            why,
            next -> {
              engine = next;
              return open(next, "&run=" + run + "&after=" + after);
            });
    line.use(connection);
  }

  private HttpConnection open(Engine from, String place) {
    var answer = from.open(HttpConnection.HttpRequest.upgrade(path + query + place));
    if (answer.response().status() != 101) {
      answer.close();
      throw new EngineRefused(answer.response().status(), "the engine does not attach streams");
    }
    return answer.connection();
  }

  private void pumpAll(ReadableByteChannel in, @Nullable DetachKeys watch) {
    var pressed = ByteBuffer.allocate(32 * 1024);
    var handOn = ByteBuffer.allocate(pressed.capacity() + (watch == null ? 0 : watch.slack()));
    try {
      while (in.read(pressed) >= 0) {
        pressed.flip();
        if (watch == null) {
          line.send(pressed);
        } else if (detach(watch, pressed, handOn)) {
          return;
        }
        pressed.clear();
      }
    } catch (IOException _) {
      // A terminal that went away reads as an error: no more input, as at its end.
    }
    line.end();
  }

  private boolean detach(DetachKeys watch, ByteBuffer pressed, ByteBuffer handOn) {
    detached = watch.detaches(pressed, handOn);
    line.send(handOn.flip());
    handOn.clear();
    if (detached) {
      line.close();
    }
    return detached;
  }
}
