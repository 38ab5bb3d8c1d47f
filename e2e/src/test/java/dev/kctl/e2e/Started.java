package dev.kctl.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command under way: its standard input is open, its output is collected as it comes. */
final class Started implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final List<String> command;
  private final Process process;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final List<Thread> drains;

  private Started(List<String> command, Process process) {
    this.command = command;
    this.process = process;
    this.drains =
        List.of(drain(process.getInputStream(), stdout), drain(process.getErrorStream(), stderr));
  }

  static Started start(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return new Started(command, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String stdout() {
    return text(stdout);
  }

  String stderr() {
    return text(stderr);
  }

  void type(String text) {
    try {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void closeStdin() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void signal(String name) {
    Signals.send(name, process.pid());
  }

  Finished await() {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %s; stdout: %s; stderr: %s"
                .formatted(command, LONGEST, stdout(), stderr()));
      }
      for (var drain : drains) {
        drain.join(Duration.ofMinutes(1));
      }
      return new Finished(process.exitValue(), bytes(stdout), bytes(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + command, e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    await();
  }

  private static Thread drain(InputStream from, ByteArrayOutputStream to) {
    return Thread.ofVirtual()
        .start(
            () -> {
              var buffer = new byte[1 << 16];
              try {
                for (int count; (count = from.read(buffer)) > 0; ) {
                  synchronized (to) {
                    to.write(buffer, 0, count);
                  }
                }
              } catch (IOException e) {
                // The process was killed: what came until then is what there is.
              }
            });
  }

  private static byte[] bytes(ByteArrayOutputStream stream) {
    synchronized (stream) {
      return stream.toByteArray();
    }
  }

  private static String text(ByteArrayOutputStream stream) {
    return new String(bytes(stream), StandardCharsets.UTF_8);
  }
}
