package dev.kctl.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The writable disks: sparse copies of an empty file system that is made once. */
final class ScratchDisks {
  private static final long BYTES = 64L << 30;
  private static final List<String> MKFS =
      List.of("/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4", "/usr/bin/mkfs.ext4");
  private static final int LONGEST_SECONDS = 60;

  private final Path templates;
  private final SparseCopy copy;

  /** Copies a file, holes and all. */
  @FunctionalInterface
  interface SparseCopy {
    void copy(Path from, Path to) throws IOException;
  }

  ScratchDisks(Path root, SparseCopy copy) {
    this.templates = root.resolve("templates");
    this.copy = copy;
  }

  /**
   * Makes a container's disk.
   *
   * @param kept whether the container outlives its machine: then a journal guards the file system
   */
  void create(Path disk, boolean kept) throws IOException {
    var template = template(kept);
    Files.deleteIfExists(disk);
    copy.copy(template, disk);
  }

  /** The template; made now where it is not there yet. */
  synchronized Path template(boolean journal) throws IOException {
    var kind = journal ? "" : "-nojournal";
    var template = templates.resolve("scratch-" + (BYTES >> 30) + "g" + kind + ".ext4");
    if (!Files.exists(template)) {
      DurableFiles.directory(templates);
      var draft = templates.resolve(template.getFileName() + "~");
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var file = new RandomAccessFile(draft.toFile(), "rw")) {
        file.setLength(BYTES);
      }
      format(draft, journal);
      Files.move(draft, template, StandardCopyOption.ATOMIC_MOVE);
    }
    return template;
  }

  /** Lean metadata: 700 KiB on the host where the defaults would take 500 MB. */
  private static void format(Path disk, boolean journal) throws IOException {
    var command = new ArrayList<String>();
    command.add(program());
    command.addAll(List.of("-q", "-F", "-m", "0"));
    command.addAll(
        journal
            ? List.of("-O", "^resize_inode", "-J", "size=8")
            : List.of("-O", "^resize_inode,^has_journal"));
    command.addAll(List.of("-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"));
    command.add(disk.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("mkfs.ext4 failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a scratch disk was made", e);
    }
  }

  private static String program() throws IOException {
    return MKFS.stream()
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElseThrow(() -> new IOException("no mkfs.ext4: install e2fsprogs"));
  }
}
