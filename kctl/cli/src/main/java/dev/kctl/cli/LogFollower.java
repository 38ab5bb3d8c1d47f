package dev.kctl.cli;

import java.io.IOException;

/** A container's log, each record once and in order, over as many engines as it takes. */
final class LogFollower {
  private final Session session;
  private final String path;
  private long run;
  private long after;

  LogFollower(Session session, String path) {
    this.session = session;
    this.path = path;
  }

  /** Prints it to its end. */
  void follow(String tail) {
    EngineVanished vanished;
    try (var engine = session.engine().get()) {
      print(engine, "&tail=" + Engine.encode(tail));
      return;
    } catch (EngineVanished e) {
      vanished = e;
    }
    // Without a place in the log there is nothing to go on from but the beginning.
    Reconnection.ask(
        session,
        vanished,
        engine -> {
          print(engine, run == 0 ? "&tail=" + Engine.encode(tail) : place());
          return true;
        });
  }

  private String place() {
    return "&run=" + run + "&after=" + after;
  }

  private void print(Engine engine, String more) {
    try (var answer = engine.open(HttpConnection.HttpRequest.of("GET", path + more))) {
      var body = answer.response().body();
      for (var frame = NumberedFrame.read(body); ; frame = NumberedFrame.read(body)) {
        if (frame == null) {
          throw engine.vanished(new IOException("the log broke off"));
        }
        switch (frame.kind()) {
          case NumberedFrame.END -> {
            return;
          }
          case NumberedFrame.STDOUT, NumberedFrame.STDERR -> {
            var to = frame.kind() == NumberedFrame.STDOUT ? session.out() : session.err();
            to.write(frame.content(), 0, frame.content().length);
            run = frame.run();
            after = frame.sequence();
          }
          default -> {
            // An engine newer than this says something that this does not know.
          }
        }
      }
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }
}
