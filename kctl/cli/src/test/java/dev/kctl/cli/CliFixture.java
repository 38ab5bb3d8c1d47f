package dev.kctl.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The full tier around a fake engine: what a command prints, returns and asks for. */
final class CliFixture implements AutoCloseable {
  final FakeEngine engine;
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Map<String, String> environment = new HashMap<>();
  final List<Integer> left = new ArrayList<>();
  final FakeTty tty = new FakeTty();
  ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[0]));
  private final Path directory;

  private CliFixture(Path directory) throws IOException {
    this.directory = directory;
    engine = FakeEngine.start(directory);
  }

  static CliFixture create() throws IOException {
    return new CliFixture(Files.createTempDirectory(Path.of("/tmp"), "kctl-cli-"));
  }

  int run(String... words) {
    return runWritingTo(out, words);
  }

  int runWritingTo(OutputStream stdout, String... words) {
    var globals = Globals.parse(words);
    var settings =
        new Settings(
            directory.toString(),
            directory.toString(),
            false,
            null,
            null,
            null,
            List.of(),
            "",
            globals.debug());
    var errors = new Output("stderr", err);
    var session =
        new Session(
            settings,
            environment,
            in,
            new Output("stdout", stdout),
            errors,
            tty,
            () -> new EngineStarter(settings, "", null, errors).connect(),
            () -> new EngineStarter(settings, "", null, errors).connect(),
            image -> "auth-for-" + image,
            left::add);
    return FullTier.run(globals, session);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** What was asked of the engine, without the ping that comes first. */
  List<String> requests() {
    return engine.requests().stream().filter(line -> !line.contains("/_ping")).toList();
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    engine.close();
    Files.deleteIfExists(engine.socket());
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
