package dev.kctl.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Starts the real worker as a child of the test, as the engine does through the keeper. */
final class WorkerProcesses implements ImportWorkers {
  private final Path directory;
  final List<Process> started = new CopyOnWriteArrayList<>();

  WorkerProcesses(Path directory) {
    this.directory = directory;
  }

  @Override
  public Path socketDirectory() {
    return directory;
  }

  @Override
  public Optional<Owner> owner() {
    return Optional.empty();
  }

  @Override
  public Running start(Launch launch) {
    var log = directory.resolve(launch.id() + ".log");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ImportWorker.class.getName(),
            "--socket",
            launch.socket().toString());
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      started.add(process);
      return new Child(process, log);
    } catch (IOException e) {
      throw WorkerFailed.of("it cannot be started", e);
    }
  }

  private record Child(Process process, Path log) implements Running {
    @Override
    public boolean alive() {
      return process.isAlive();
    }

    @Override
    public String lastWords() {
      try {
        return "status " + process.waitFor() + ": " + Files.readString(log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "interrupted";
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
