package dev.kctl.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Main class of the JVM that an AOT cache is trained in: ends by System.exit, for the JVM records
 * nothing when halted. With {@code @FILE} it runs each line of the file, words between blanks.
 */
public final class Training {
  private Training() {}

  /** Runs one command line, or those of a file. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1 || !arguments[0].startsWith("@")) {
      System.exit(Main.run(arguments));
    }
    var code = 0;
    for (var line : Files.readAllLines(Path.of(arguments[0].substring(1)))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        code = Math.max(code, Main.run(Words.split(line, ' ').toArray(String[]::new)));
      }
    }
    System.exit(code);
  }
}
