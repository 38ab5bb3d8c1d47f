package dev.kctl.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What outlives an engine and the host's run: which boot an engine saw last, whether containers
 * want an engine after the next one, and whether the keeper is to start one where none lives.
 */
final class Boot {
  private final Path seen;
  private final Path wanted;
  private final String id;
  private final Consumer<Boolean> keeper;

  /**
   * Keeps its marks beneath the root.
   *
   * @param id of this boot
   * @param keeper is told whether an engine must be started again even where no machine lives
   */
  Boot(Path root, String id, Consumer<Boolean> keeper) {
    this.seen = root.resolve("boot");
    this.wanted = root.resolve("start-at-boot");
    this.id = id;
    this.keeper = keeper;
  }

  /** Whether no engine has recovered in this boot yet: then nothing of before lives. */
  boolean isFresh() throws IOException {
    try {
      return !Files.readString(seen).strip().equals(id);
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  void remember() throws IOException {
    if (isFresh()) {
      DurableFiles.replace(seen, id.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Containers wait for a restart: an engine that dies now must not stay away. */
  void keepEngine(boolean value) {
    try {
      keeper.accept(value);
    } catch (RuntimeException e) {
      System.err.println("engine: telling the keeper: " + e.getMessage());
    }
  }

  /** Leaves the mark by which a systemd unit starts an engine at boot, or takes it away. */
  synchronized void wanted(boolean value) {
    try {
      if (value && !Files.exists(wanted)) {
        DurableFiles.replace(wanted, new byte[0]);
      } else if (!value) {
        Files.deleteIfExists(wanted);
      }
    } catch (IOException e) {
      System.err.println("engine: " + wanted + ": " + e);
    }
  }
}
