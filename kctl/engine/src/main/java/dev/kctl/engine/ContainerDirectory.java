package dev.kctl.engine;

import dev.kctl.linux.SparseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of one container. */
record ContainerDirectory(Path path) {
  static ContainerDirectory of(Path root, ContainerId id) {
    return new ContainerDirectory(root.resolve("containers").resolve(id.hex()));
  }

  Path config() {
    return path.resolve("config.json");
  }

  Path state() {
    return path.resolve("state.json");
  }

  Path inspect() {
    return path.resolve("inspect.json");
  }

  Path health() {
    return path.resolve("health.json");
  }

  /** What its networks gave it, as long as it runs. */
  Path network() {
    return path.resolve("network.json");
  }

  Path scratch() {
    return path.resolve("scratch.ext4");
  }

  Path log() {
    return path.resolve("log");
  }

  /** What belongs to its machine: boot image, token, console. */
  Path machine() {
    return path.resolve("vm");
  }

  /**
   * Makes the directory.
   *
   * @param durable whether it must survive a power cut: what is removed at its end anyway need not
   */
  void create(ContainerSpec spec, boolean durable) throws IOException {
    DurableFiles.directory(path);
    DurableFiles.directory(log());
    DurableFiles.directory(machine());
    write(config(), Json.bytes(spec.toJson()), durable);
    if (durable) {
      DurableFiles.sync(path.resolveSibling("."));
    }
  }

  /** Replaces what it is. */
  void rewrite(ContainerSpec spec) throws IOException {
    write(config(), Json.bytes(spec.toJson()), true);
  }

  void write(ContainerState state, boolean durable) throws IOException {
    write(state(), Json.bytes(StateJson.toJson(state)), durable);
  }

  ContainerSpec readSpec() throws IOException {
    return ContainerSpec.fromJson(Json.parse(Files.readAllBytes(config())));
  }

  ContainerState readState() throws IOException {
    return StateJson.fromJson(Json.parse(Files.readAllBytes(state())));
  }

  /** What the container has written, its file system's own share included. */
  long writtenBytes() {
    try {
      return Files.exists(scratch()) ? SparseFiles.dataBytes(scratch()) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** What it takes up on the host's disk: that, and its log. */
  long bytes() {
    var bytes = writtenBytes();
    for (var file : JsonFileLog.files(log())) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        // Rotated away.
      }
    }
    return bytes;
  }

  void delete() throws IOException {
    DurableFiles.deleteTree(path);
  }

  private static void write(Path file, byte[] content, boolean durable) throws IOException {
    if (durable) {
      DurableFiles.replace(file, content);
    } else {
      DurableFiles.replaceQuickly(file, content);
    }
  }
}
