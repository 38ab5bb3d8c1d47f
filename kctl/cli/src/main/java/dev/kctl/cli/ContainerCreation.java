package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes a container for {@code run} and {@code create}: pulls its image where that is wanted. */
final class ContainerCreation {
  private final RunRequest request;
  private final Session session;
  private final RunRequest.PullPolicy policy;
  private final String body;

  /** Checks everything that can be checked before anything is done. */
  ContainerCreation(RunRequest request, Session session) {
    this.request = request;
    this.session = session;
    checkCidFile();
    policy = request.pull();
    body = request.createBody(request.has("--tty") ? session.tty().size(Tty.STDOUT) : null);
  }

  /** Makes it and returns its id. */
  String create(Engine engine) {
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
