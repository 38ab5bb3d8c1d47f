package dev.kctl.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a campaign did and what was wrong afterwards. */
final class TortureReport {
  private static final long LARGEST = 16 << 20;

  private final TortureOptions options;
  private final Kctl kctl;
  private final Instant began = Instant.now();
  private final Map<String, Long> counts = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();

  TortureReport(TortureOptions options, Kctl kctl) {
    this.options = options;
    this.kctl = kctl;
  }

  synchronized void count(String what, long number) {
    counts.merge(what, number, Long::sum);
  }

  /** Something that must never be; what there is to see of it now is kept. */
  synchronized void violation(String text) {
    var line = Duration.between(began, Instant.now()).toSeconds() + " s: " + text;
    System.out.println("torture: VIOLATION after " + line);
    violations.add(line);
    keepEvidence();
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Writes it as JSON and as a table. */
  synchronized void write() {
    var all = new TreeMap<String, Object>(counts);
    all.put("seed", options.seed());
    all.put("seconds", Duration.between(began, Instant.now()).toSeconds());
    all.put("violations", violations);
    try {
      Files.createDirectories(options.report());
      var file = options.report().resolve("report.json").toFile();
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    all.put("violations", violations.size());
    all.forEach((what, number) -> System.out.printf("torture: %-34s %12s%n", what, number));
  }

  private void keepEvidence() {
    var target = options.report().resolve("violation-" + violations.size());
    copy(kctl.runtime(), kctl.runtime(), target.resolve("run"));
    copy(kctl.root().resolve("containers"), kctl.root(), target.resolve("state"));
  }

  /** The small regular files of a tree. Some go away meanwhile: what is left is kept. */
  private static void copy(Path from, Path base, Path to) {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (var all = Files.list(from)) {
      for (var path : all.toList()) {
        if (Files.isDirectory(path)) {
          copy(path, base, to);
        } else if (Files.isRegularFile(path)) {
          copyFile(path, to.resolve(base.relativize(path).toString()));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      System.out.println("torture: no evidence of " + from + ": " + e);
    }
  }

  private static void copyFile(Path file, Path target) throws IOException {
    try {
      if (Files.size(file) <= LARGEST) {
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (NoSuchFileException e) {
      // Containers come and go meanwhile.
    }
  }
}
