package dev.kctl.vmm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Keeps the verdict on KVM for as long as what it was about is the same. */
final class KvmVerdictFile {
  private static final int SCHEMA = 1;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  KvmVerdictFile(Path file) {
    this.file = file;
  }

  /** What a verdict holds for, as one string to compare. */
  record Subject(String key) {
    static Subject of(String name, Path vmm, Path kernel) {
      try {
        return new Subject(
            String.join(
                " ", Files.readString(BOOT_ID).strip(), name, version(vmm), version(kernel)));
      } catch (IOException e) {
        throw new BootFileMissing(
            "cannot tell the version of %s and %s: %s".formatted(vmm, kernel, e), e);
      }
    }

    /** A package's update changes at least one of these. */
    private static String version(Path program) throws IOException {
      var real = program.toRealPath();
      return "%s:%d:%d"
          .formatted(real, Files.size(real), Files.getLastModifiedTime(real).toMillis());
    }
  }

  /** Empty also where the file is damaged: the test is then simply made again. */
  Optional<AcceleratorChoice> read(Subject subject) {
    try {
      var verdict = JSON.readTree(file.toFile());
      return verdict.path("schema").asInt() == SCHEMA
              && verdict.path("subject").asText().equals(subject.key())
          ? Optional.of(choice(verdict))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** A verdict that cannot be kept is no failure: the next engine tests again. */
  void write(Subject subject, AcceleratorChoice choice) {
    var verdict =
        JSON.createObjectNode()
            .put("schema", SCHEMA)
            .put("subject", subject.key())
            .put("accelerator", choice.accelerator().name())
            .put("reason", choice.reason());
    var temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      JSON.writeValue(temporary.toFile(), verdict);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException _) {
      deleteQuietly(temporary);
    }
  }

  private static AcceleratorChoice choice(JsonNode verdict) {
    return new AcceleratorChoice(
        Accelerator.valueOf(verdict.path("accelerator").asText()),
        verdict.path("reason").asText(),
        false);
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // Overwritten by the next one.
    }
  }
}
