package dev.kctl.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the real worker as a child of the test, as the engine does through the keeper. */
final class WorkerProcesses implements ImportWorkers {
  private final Path directory;
  private final Optional<Owner> owner;
  private final String classPath;
  private @Nullable Path hosts;
  private volatile int killed = -1;
  final List<Process> started = new CopyOnWriteArrayList<>();

  WorkerProcesses(Path directory) {
    this(
        directory,
        Optional.empty(),
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
  }

  /**
   * Workers of another user, which only root can start.
   *
   * @param classPath readable for that user
   */
  WorkerProcesses(Path directory, Optional<Owner> owner, String classPath) {
    this.directory = directory;
    this.owner = owner;
    this.classPath = classPath;
  }

  /** Lets workers take names for loopback. */
  void knowing(String... names) throws IOException {
    hosts = directory.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 localhost " + String.join(" ", names) + "\n");
  }

  /** Kills the worker of this number, the first being 0, as soon as it runs. */
  void killSoon(int number) {
    killed = number;
  }

  @Override
  public Path socketDirectory() {
    return directory;
  }

  @Override
  public Optional<Owner> owner() {
    return owner;
  }

  @Override
  public Running start(Launch launch) {
    var log = directory.resolve(launch.id() + ".log");
    var command = new ArrayList<String>();
    owner.ifPresent(
        other ->
            command.addAll(
                List.of(
                    "/usr/bin/setpriv",
                    "--reuid=" + other.uid(),
                    "--regid=" + other.gid(),
                    "--clear-groups",
                    "--no-new-privs")));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            hosts == null ? "-Dnone=none" : "-Djdk.net.hosts.file=" + hosts,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            ImportWorker.class.getName(),
            "--socket",
            launch.socket().toString()));
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      started.add(process);
      if (started.size() - 1 == killed) {
        process.destroyForcibly();
      }
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
