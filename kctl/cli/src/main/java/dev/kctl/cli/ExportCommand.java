package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Writes all files of a container as a tar stream. */
final class ExportCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("export", "Write all files of a container as a tar stream.")
        .addOption(Options.value("--output", "-o", "FILE", "Write to a file."))
        .addPositional(Options.argument("CONTAINER"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var container = arguments.matchedPositionalValue(0, "");
    var file = arguments.matchedOptionValue("--output", "");
    if (file.isEmpty() && session.tty().isTerminal(Tty.STDOUT)) {
      throw new NotPossible("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    }
    var path = "/containers/" + Engine.encode(container) + "/export";
    try (var engine = session.engine().get();
        var answer = engine.open(HttpConnection.HttpRequest.of("GET", path))) {
      var body = new EngineStream(engine, answer.response().body());
      if (file.isEmpty()) {
        copy(body, session.out());
      } else {
        save(body, Path.of(file));
      }
    }
    return ExitCode.OK;
  }

  private static void copy(EngineStream body, Output out) {
    var buffer = new byte[64 * 1024];
    for (var count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      out.write(buffer, 0, count);
    }
  }

  /** Beside its place first: a half-written archive must not be taken for a whole one. */
  private static void save(EngineStream body, Path file) {
    Path made = null;
    try {
      var folder = file.toAbsolutePath().getParent();
      made = Files.createTempFile(folder == null ? Path.of("/") : folder, ".kctl-", ".tar");
      Files.copy(body, made, StandardCopyOption.REPLACE_EXISTING);
      Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SettingsError(file + " cannot be written: " + e.getMessage(), e);
    } finally {
      remove(made);
    }
  }

  private static void remove(@Nullable Path made) {
    try {
      if (made != null) {
        Files.deleteIfExists(made);
      }
    } catch (IOException _) {
      // It is a hidden file of ours; the failure itself is told.
    }
  }
}
