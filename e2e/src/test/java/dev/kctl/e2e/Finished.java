package dev.kctl.e2e;

import java.nio.charset.StandardCharsets;

/** What a command left when it had ended. Its output is kept as bytes: not all of it is text. */
final class Finished {
  private final int exitCode;
  private final byte[] stdout;
  private final byte[] stderr;

  Finished(int exitCode, byte[] stdout, byte[] stderr) {
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  int exitCode() {
    return exitCode;
  }

  byte[] stdoutBytes() {
    return stdout;
  }

  String stdout() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  String stderr() {
    return new String(stderr, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "exit code %d%n--- stdout%n%s--- stderr%n%s".formatted(exitCode, stdout(), stderr());
  }
}
