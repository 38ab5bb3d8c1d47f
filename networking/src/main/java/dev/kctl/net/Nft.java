package dev.kctl.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program {@code nft}, for what is rare: whole tables, and others' rules. */
final class Nft {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/nft"), Path.of("/sbin/nft"), Path.of("/usr/bin/nft"));
  private static final int LONGEST_COMPLAINT = 2000;

  private final Path program;

  private Nft(Path program) {
    this.program = program;
  }

  static Nft find() {
    return PLACES.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(Nft::new)
        .orElseThrow(
            () ->
                new ToolMissing(
                    "nft is not installed, which networks need: apt-get install nftables"));
  }

  /** Applies a script in one transaction, in the calling thread's network namespace. */
  void apply(String script) {
    run(script, "-f", "-");
  }

  /** The rules of everybody, without the elements of sets. */
  String list() {
    return run("", "--terse", "list", "ruleset");
  }

  private String run(String input, String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().clear();
      var process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new FirewallRefused(
            "nft failed: "
                + output
                    .strip()
                    .substring(0, Math.min(LONGEST_COMPLAINT, output.strip().length())));
      }
      return output;
    } catch (IOException e) {
      throw new FirewallRefused("nft could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FirewallRefused("nft was interrupted");
    }
  }
}
