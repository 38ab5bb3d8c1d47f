package dev.kctl.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON files that are replaced whole or not at all, in a directory for their owner only. */
final class StateFile {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String SUFFIX = ".json";
  private static final String UNFINISHED = "~";

  private StateFile() {}

  static Path in(Path directory, String name) {
    return directory.resolve(name + SUFFIX);
  }

  /**
   * Replaces a file.
   *
   * @param durable whether it survives a power cut; else only the death of this process
   */
  static void write(Path file, ObjectNode content, boolean durable) {
    var fresh = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.deleteIfExists(fresh);
      try (var channel =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(content));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      if (durable) {
        sync(file);
      }
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  static void delete(Path file, boolean durable) {
    try {
      Files.deleteIfExists(file);
      if (durable) {
        sync(file);
      }
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot delete " + file + ": " + e.getMessage(), e);
    }
  }

  /** Makes the directory, and clears away what a killed writer had not finished. */
  static List<Path> open(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var files = new ArrayList<Path>();
      try (var entries = Files.newDirectoryStream(directory)) {
        for (var entry : entries) {
          var name = entry.getFileName().toString();
          if (name.endsWith(UNFINISHED)) {
            Files.deleteIfExists(entry);
          } else if (name.endsWith(SUFFIX)) {
            files.add(entry);
          }
        }
      }
      files.sort(null);
      return files;
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot open " + directory + ": " + e.getMessage(), e);
    }
  }

  /** A reader of one file's content. */
  interface Reader<T> {
    T read(JsonNode json);
  }

  /** Reads a file of exactly this schema. */
  static <T> T read(Path file, int schema, Reader<T> reader) {
    try {
      var json = JSON.readTree(Files.readAllBytes(file));
      if (json.path("schema").asInt() != schema) {
        throw new IOException("not of schema " + schema);
      }
      return reader.read(json);
    } catch (IOException | NetworkException e) {
      throw new LeasesDamaged(
          file + " cannot be read (" + e.getMessage() + "): move it away, and start again", e);
    }
  }

  static String text(JsonNode json, String field) {
    var value = json.path(field);
    if (!value.isTextual()) {
      throw new InvalidNetworkValue("no " + field);
    }
    return value.textValue();
  }

  static @Nullable IpAddress address(JsonNode json, String field) {
    return json.has(field) ? IpAddress.parse(text(json, field)) : null;
  }

  private static void sync(Path file) throws IOException {
    var directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
