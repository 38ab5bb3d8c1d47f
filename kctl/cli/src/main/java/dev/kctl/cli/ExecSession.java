package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** One command that was added to a container. */
final class ExecSession {
  private final Session session;
  private final Engine engine;
  private final String path;

  ExecSession(Session session, Engine engine, String id) {
    this.session = session;
    this.engine = engine;
    path = "/exec/" + Engine.encode(id);
  }

  int startOnly() {
    engine.post(path + "/start", "{\"Detach\":true,\"Tty\":false}");
    return ExitCode.OK;
  }

  /** Stays with it until its end and returns its exit code. */
  int run(boolean terminal, boolean input, DetachKeys keys) {
    var begin = HttpConnection.HttpRequest.upgrade(path + "/start", body(terminal));
    Tty.Raw raw = null;
    try (var answer = engine.open(begin);
        var attachment = new Attachment(engine, answer.connection())) {
      raw = takeTerminal(terminal, input);
      if (input) {
        attachment.pump(session.in(), terminal ? keys : null);
      }
      if (!attachment.drain(terminal, session.out(), session.err())) {
        return ExitCode.OK;
      }
      return exitCode();
    } catch (EngineVanished e) {
      throw new ExecLost("the engine ended, and with it the way to the command", e);
    } finally {
      release(raw);
    }
  }

  private int exitCode() {
    var exec = Json.parseObject(engine.get(path + "/json"));
    if (exec.isTrue("Running") || !exec.has("ExitCode")) {
      throw new ExecLost("the way to the command broke off; it may still be running", null);
    }
    return (int) exec.number("ExitCode");
  }

  private String body(boolean terminal) {
    var json = new JsonWriter().beginObject().field("Detach", false).field("Tty", terminal);
    var size = terminal ? session.tty().size(Tty.STDOUT) : null;
    if (size != null) {
      json.name("ConsoleSize").raw("[" + size.rows() + "," + size.columns() + "]");
    }
    return json.endObject().toString();
  }

  private Tty.@Nullable Raw takeTerminal(boolean terminal, boolean input) {
    if (!terminal) {
      return null;
    }
    if (session.tty().isTerminal(Tty.STDOUT)) {
      TerminalResize.send(session, engine, path + "/resize");
      SignalProxy.onResize(() -> TerminalResize.send(session, engine, path + "/resize"));
    }
    return input ? session.tty().makeRaw(Tty.STDIN) : null;
  }

  private static void release(Tty.@Nullable Raw raw) {
    if (raw != null) {
      raw.close();
    }
  }
}
