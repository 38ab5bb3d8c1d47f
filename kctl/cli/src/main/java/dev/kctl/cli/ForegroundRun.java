package dev.kctl.cli;

/**
 * One {@code kctl run}: create, attach, start, in Docker's own order, so that nothing a short
 * process says or returns can be missed.
 */
final class ForegroundRun {
  private final RunRequest request;
  private final Session session;
  private final RunRequest.Streams streams;
  private final boolean terminal;
  private long cliMicros;

  ForegroundRun(RunRequest request, Session session) {
    this.request = request;
    this.session = session;
    streams = request.streams();
    terminal = request.has("--tty");
  }

  int run() {
    if (!request.has("--detach")
        && streams.stdin()
        && terminal
        && !session.tty().isTerminal(Tty.STDIN)) {
      throw new NoTerminal("the input device is not a TTY: leave -t away, or run it in a terminal");
    }
    var keys = DetachKeys.parse(request.one("--detach-keys"));
    var creation = new ContainerCreation(request, session);
    try (var engine = session.engine().get()) {
      var id = creation.create(engine);
      if (request.has("--detach")) {
        return detached(engine, id);
      }
      var manner = new Attended.Manner(terminal, streams.stdin(), request.proxiesSignals(), keys);
      var attended = new Attended(session, engine, id, manner);
      attended.proxySignals();
      return attachAndStart(engine, id, attended);
    }
  }

  private int detached(Engine engine, String id) {
    var code = start(engine, id);
    session.out().line(id);
    if (code == ExitCode.OK) {
      printTrace(trace(engine, id));
    }
    return code;
  }

  private int attachAndStart(Engine engine, String id, Attended attended) {
    var target =
        new RunFollower.Target(id, streams.stdin(), streams.stdout(), streams.stderr(), terminal);
    var trace = "";
    try (var follower = RunFollower.open(session, engine, target)) {
      var code = start(engine, id);
      if (code != ExitCode.OK) {
        return code;
      }
      trace = trace(engine, id);
      var exit = attended.follow(follower);
      if (exit.isPresent() && request.has("--rm")) {
        awaitRemoval(id);
      }
      return exit.orElse(ExitCode.OK);
    } finally {
      printTrace(trace);
    }
  }

  private int start(Engine engine, String id) {
    cliMicros = request.has("--trace-start") ? ProcessAge.micros() : 0;
    try {
      engine.post("/containers/" + id + "/start");
      return ExitCode.OK;
    } catch (EngineRefused e) {
      Failures.report(e, session);
      return StartFailure.code(e);
    }
  }

  /** Nothing of it is left when we return, as with Docker. */
  private void awaitRemoval(String id) {
    var gone = new EngineFailure("container " + id + " is still being removed", null);
    try {
      var _ =
          Reconnection.ask(
              session,
              gone,
              engine -> engine.post("/containers/" + id + "/wait?condition=removed"));
    } catch (EngineRefused _) {
      // It has gone already.
    }
  }

  private String trace(Engine engine, String id) {
    return request.has("--trace-start") ? engine.get("/kctl/v1/containers/" + id + "/trace") : "";
  }

  private void printTrace(String trace) {
    if (!trace.isEmpty()) {
      session.err().print(StartTrace.render(Json.parseObject(trace), cliMicros));
    }
  }
}
