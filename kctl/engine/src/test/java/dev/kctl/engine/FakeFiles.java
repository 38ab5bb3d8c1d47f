package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.guest.AgentStream;
import dev.kctl.guest.ArchiveSink;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.PathStat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A container's files, which outlive its machines. What was put into a directory is read back from
 * it as it came; `/endless` never ends.
 */
final class FakeFiles implements GuestFiles {
  final Map<String, byte[]> archives =
      new ConcurrentHashMap<>(Map.of("/", "root".getBytes(StandardCharsets.US_ASCII)));
  final List<Change> changes = new CopyOnWriteArrayList<>();
  final AtomicInteger closed = new AtomicInteger();
  final List<String> asked = new CopyOnWriteArrayList<>();

  @Override
  public PathStat stat(String path) {
    if (path.equals("/link")) {
      return PathStat.newBuilder()
          .setName("link")
          .setMode(0120777)
          .setLinkTarget("/srv/target")
          .build();
    }
    if (!path.equals("/endless") && !archives.containsKey(path)) {
      throw new EngineException.NoSuchFile(path + ": nothing there");
    }
    return PathStat.newBuilder()
        .setName(path.equals("/") ? "/" : path.substring(path.lastIndexOf('/') + 1))
        .setMode(0040755)
        .setSize(4096)
        .setMtimeNs(1_000_000_000L)
        .build();
  }

  @Override
  public AgentStream<ByteString> read(String path) {
    if (path.equals("/endless")) {
      return stream(endless());
    }
    return stream(
        List.of(ByteString.copyFrom(archives.getOrDefault(path, new byte[0]))).iterator());
  }

  @Override
  public AgentStream<ByteString> export() {
    return read("/");
  }

  @Override
  public ArchiveSink write(String directory, boolean keepKinds, boolean keepOwners) {
    asked.add("write " + directory + " " + keepKinds + " " + keepOwners);
    var bytes = new ByteArrayOutputStream();
    return new ArchiveSink() {
      @Override
      public void write(ByteBuffer data) {
        var piece = new byte[data.remaining()];
        data.get(piece);
        bytes.writeBytes(piece);
      }

      @Override
      public void finish() {
        archives.put(directory, bytes.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public AgentStream<Change> changes() {
    return stream(changes.iterator());
  }

  private static Iterator<ByteString> endless() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public ByteString next() {
        return ByteString.copyFrom(new byte[64 * 1024]);
      }
    };
  }

  private <T> AgentStream<T> stream(Iterator<T> pieces) {
    return new AgentStream<>() {
      @Override
      public Optional<T> next() {
        return pieces.hasNext() ? Optional.of(pieces.next()) : Optional.empty();
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }
}
