package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.AgentStream;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.PathStat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The routes to a container's files. Tar passes through as it comes: what is in it meets no file
 * system of the host's.
 */
final class FilesApi {
  private static final String TAR = "application/x-tar";
  private static final int PIECE = 64 * 1024;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final Containers containers;

  FilesApi(Containers containers) {
    this.containers = containers;
  }

  /** HEAD and GET: what is there, and with GET all of it as tar. */
  void read(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var wanted = ContainerPath.of(exchange.request().parameter("path").orElse(""));
    try (var lease = container.filesMachine().open()) {
      exchange.header(PathStatJson.HEADER, PathStatJson.encoded(stat(container, lease, wanted)));
      if (exchange.request().method().equals("HEAD")) {
        exchange.empty(200);
        return;
      }
      try (var tar = lease.files().read(wanted)) {
        send(exchange, TAR, tar);
      }
    }
  }

  /** PUT: unpacks the body in a directory. */
  void write(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var request = exchange.request();
    var directory = ContainerPath.of(request.parameter("path").orElse(""));
    try (var lease = container.filesMachine().open();
        var sink =
            lease
                .files()
                .write(
                    directory, request.flag("noOverwriteDirNonDir"), request.flag("copyUIDGID"))) {
      var body = plain(exchange.body());
      var piece = new byte[PIECE];
      for (var n = body.read(piece); n >= 0; n = body.read(piece)) {
        sink.write(ByteBuffer.wrap(piece, 0, n));
      }
      sink.finish();
    } catch (AgentException e) {
      throw notUnpacked(container, directory, e);
    } catch (ZipException e) {
      throw new EngineException.InvalidParameter("archive: " + e.getMessage(), e);
    }
    exchange.empty(200);
  }

  void export(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    try (var lease = containers.get(path.getFirst()).filesMachine().open();
        var tar = lease.files().export()) {
      send(exchange, "application/octet-stream", tar);
    }
  }

  /** One line for each change, as it comes: there may be any number of them. */
  void changes(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    try (var lease = containers.get(path.getFirst()).filesMachine().open();
        var changes = lease.files().changes()) {
      var next = first(changes);
      var out = exchange.stream(200, "application/json");
      var separator = "[";
      while (next.isPresent()) {
        write(out, separator + line(next.get()));
        separator = ",";
        next = later(changes);
      }
      write(out, separator.equals("[") ? "[]" : "]");
      out.close();
    }
  }

  private static PathStat stat(Container container, FilesMachine.Lease lease, String path) {
    try {
      return lease.files().stat(path);
    } catch (EngineException.NoSuchFile e) {
      throw noSuchFile(container, path);
    }
  }

  private static EngineException noSuchFile(Container container, String path) {
    return new EngineException.NoSuchFile(
        "Could not find the file " + path + " in container " + container.spec().name());
  }

  private static EngineException notUnpacked(
      Container container, String directory, AgentException failure) {
    return switch (GuestFailures.of("archive", failure)) {
      case EngineException.NoSuchFile _ -> noSuchFile(container, directory);
      // Docker's status for a destination that is no directory, and for a change of kind.
      case EngineException.Conflict conflict ->
          new EngineException.InvalidParameter(String.valueOf(conflict.getMessage()), failure);
      case EngineException other -> other;
    };
  }

  /** Docker's clients may send it compressed. */
  private static InputStream plain(InputStream body) throws IOException {
    var buffered = new BufferedInputStream(body, PIECE);
    buffered.mark(2);
    var magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, PIECE) : buffered;
  }

  /** A failure after the head can be told by nothing but a connection that breaks off. */
  private static void send(HttpExchange exchange, String type, AgentStream<ByteString> tar)
      throws IOException {
    var next = first(tar);
    var out = exchange.stream(200, type);
    while (next.isPresent()) {
      out.write(next.get().toByteArray());
      next = later(tar);
    }
    out.close();
  }

  private static <T> Optional<T> first(AgentStream<T> stream) {
    return GuestFailures.translated("the container's files", stream::next);
  }

  private static <T> Optional<T> later(AgentStream<T> stream) throws IOException {
    try {
      return stream.next();
    } catch (AgentException e) {
      System.err.println("engine: files of a container broke off: " + e.getMessage());
      throw new IOException("the guest's stream broke off", e);
    }
  }

  private static String line(Change change) {
    var json = Json.object();
    json.put("Path", change.getPath());
    json.put("Kind", change.getKindValue());
    return new String(Json.bytes(json), StandardCharsets.UTF_8);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
