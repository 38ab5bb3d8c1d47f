package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code kctl run}: create, attach, wait, start, in Docker's own order, so that nothing a short
 * process says or returns can be missed.
 */
final class ForegroundRun {
  private static final List<String> NOT_FOUND =
      List.of("executable file not found", "no such file or directory");
  private static final List<String> NOT_EXECUTABLE = List.of("permission denied", "is a directory");

  private final RunRequest request;
  private final Session session;
  private final boolean interactive;
  private final boolean terminal;
  private @Nullable SignalProxy signals;
  private volatile Tty.@Nullable Raw raw;

  ForegroundRun(RunRequest request, Session session) {
    this.request = request;
    this.session = session;
    interactive = request.has("--interactive");
    terminal = request.has("--tty");
  }

  int run() {
    if (interactive && terminal && !session.tty().isTerminal(Tty.STDIN)) {
      throw new NoTerminal("the input device is not a TTY: leave -t away, or run it in a terminal");
    }
    checkCidFile();
    var keys = DetachKeys.parse(request.one("--detach-keys"));
    var policy = request.pull();
    var body = request.createBody(terminal ? session.tty().size(Tty.STDOUT) : null);
    try (var engine = session.engine().get()) {
      var id = create(engine, policy, body);
      proxySignals(engine, id);
      return attachAndStart(engine, id, keys);
    }
  }

  private String create(Engine engine, RunRequest.PullPolicy policy, String body) {
    if (policy == RunRequest.PullPolicy.ALWAYS) {
      pull(engine);
    }
    JsonObject created;
    try {
      created = Json.parseObject(engine.post(request.createPath(), body));
    } catch (EngineRefused e) {
      if (!e.notFound() || policy != RunRequest.PullPolicy.MISSING) {
        throw e;
      }
      session.err().line("Unable to find image '" + request.image() + "' locally");
      pull(engine);
      created = Json.parseObject(engine.post(request.createPath(), body));
    }
    for (var warning : created.strings("Warnings")) {
      session.err().line("WARNING: " + warning);
    }
    var id = created.string("Id");
    writeCidFile(id);
    return id;
  }

  private void pull(Engine engine) {
    var display =
        request.has("--quiet")
            ? PullDisplay.silent()
            : PullDisplay.of(session, session.err(), Tty.STDERR);
    new ImagePull(engine, session.credentials())
        .pull(request.image(), request.one("--platform"), display);
  }

  private int attachAndStart(Engine engine, String id, DetachKeys keys) {
    var path = "/containers/" + id;
    try (var attached = engine.open(HttpConnection.HttpRequest.upgrade(attachPath(path)));
        var waiting = engine.open(HttpConnection.HttpRequest.of("POST", path + waitQuery()));
        var attachment = new Attachment(engine, attached.connection())) {
      if (attached.response().status() != 101) {
        throw new EngineRefused(attached.response().status(), "the engine does not attach streams");
      }
      try {
        engine.post(path + "/start");
      } catch (EngineRefused e) {
        return startFailed(e);
      }
      return follow(engine, path, attachment, waiting, keys);
    }
  }

  private int follow(
      Engine engine, String path, Attachment attachment, Engine.Answer waiting, DetachKeys keys) {
    var trace = request.has("--trace-start") ? engine.get("/kctl/v1" + path + "/trace") : "";
    try {
      takeTerminal(engine, path);
      if (signals != null) {
        signals.containerStarted();
      }
      if (interactive) {
        attachment.pump(session.in(), terminal ? keys : null);
      }
      if (!attachment.drain(terminal, session.out(), session.err())) {
        return ExitCode.OK;
      }
      return exitCode(engine, waiting);
    } finally {
      releaseTerminal();
      if (!trace.isEmpty()) {
        session.err().print(StartTrace.render(Json.parseObject(trace)));
      }
    }
  }

  private int exitCode(Engine engine, Engine.Answer waiting) {
    try {
      var result = Json.parseObject(waiting.response().text());
      var error = result.object("Error").string("Message");
      if (!error.isEmpty()) {
        throw new EngineRefused(500, error);
      }
      return (int) result.number("StatusCode");
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }

  /** By the words of the error, as Docker's client does: the status says less. */
  private int startFailed(EngineRefused failure) {
    Failures.report(failure, session);
    var message = String.valueOf(failure.getMessage());
    if (NOT_FOUND.stream().anyMatch(message::contains)) {
      return ExitCode.NOT_FOUND;
    }
    return NOT_EXECUTABLE.stream().anyMatch(message::contains)
        ? ExitCode.NOT_EXECUTABLE
        : ExitCode.OURS;
  }

  private String attachPath(String path) {
    var keys = request.one("--detach-keys");
    return path
        + "/attach?stream=1&stdout=1&stderr=1"
        + (interactive ? "&stdin=1" : "")
        + (keys.isEmpty() ? "" : "&detachKeys=" + Engine.encode(keys));
  }

  private String waitQuery() {
    return "/wait?condition=" + (request.has("--rm") ? "removed" : "next-exit");
  }

  private void proxySignals(Engine engine, String id) {
    if (request.proxiesSignals()) {
      signals = new SignalProxy(name -> kill(engine, id, name), this::giveUp);
      signals.install();
    }
  }

  private static void kill(Engine main, String id, String signal) {
    try (var engine = main.another()) {
      engine.post("/containers/" + id + "/kill?signal=" + signal);
    } catch (CliException _) {
      // It has just ended, or the engine has: the main thread will say so.
    }
  }

  private void giveUp() {
    releaseTerminal();
    session.err().line("\ngot 3 SIGTERM/SIGINTs, forcefully exiting");
    session.leave().accept(1);
  }

  private void takeTerminal(Engine engine, String path) {
    if (!terminal) {
      return;
    }
    if (interactive) {
      raw = session.tty().makeRaw(Tty.STDIN);
    }
    if (session.tty().isTerminal(Tty.STDOUT)) {
      resize(engine, path);
      SignalProxy.onResize(() -> resize(engine, path));
    }
  }

  private void releaseTerminal() {
    var taken = raw;
    if (taken != null) {
      taken.close();
    }
  }

  private void resize(Engine main, String path) {
    var size = session.tty().size(Tty.STDOUT);
    if (size == null || (size.rows() == 0 && size.columns() == 0)) {
      return;
    }
    try (var engine = main.another()) {
      engine.post(path + "/resize?h=" + size.rows() + "&w=" + size.columns());
    } catch (CliException _) {
      // It has ended meanwhile.
    }
  }

  /** Before there is a container that nobody would find again. */
  private void checkCidFile() {
    var file = request.one("--cidfile");
    if (!file.isEmpty() && Files.exists(Path.of(file))) {
      throw new SettingsError(
          "container id file " + file + " is there: another container may use it, or delete it",
          null);
    }
  }

  private void writeCidFile(String id) {
    var file = request.one("--cidfile");
    if (file.isEmpty()) {
      return;
    }
    try {
      Files.writeString(Path.of(file), id, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new SettingsError(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
