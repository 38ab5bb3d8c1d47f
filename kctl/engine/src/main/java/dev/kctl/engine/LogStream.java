package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;

/** A container's log for one client: what is in the files, then what comes. */
final class LogStream {
  private final Container container;
  private final LogQuery query;
  private final boolean follow;

  LogStream(Container container, LogQuery query, boolean follow) {
    this.container = container;
    this.query = query;
    this.follow = follow;
  }

  void serve(HttpExchange exchange) throws IOException, InterruptedException {
    var framing = StreamFraming.of(container.spec().tty());
    var run = container.run();
    var live = follow && container.state() instanceof ContainerState.Running;
    try (var output = run.hub().subscribe()) {
      var out = exchange.stream(200, framing.contentType(exchange.request().apiMinor()));
      if (live) {
        var _ = exchange.clientGone().thenRun(output::close);
      }
      past(out, framing, run, live ? output.after() : Long.MAX_VALUE);
      while (live) {
        var chunk = output.next();
        if (chunk.isEmpty()) {
          break;
        }
        if (query.wants(chunk.get())) {
          send(out, framing, chunk.get());
        }
      }
      out.close();
    }
  }

  /** What was written up to a number of the current run, the last lines of it if so wanted. */
  private void past(OutputStream out, StreamFraming framing, Run run, long until)
      throws IOException {
    if (query.tail() == Long.MAX_VALUE) {
      eachRecord(run, until, chunk -> send(out, framing, chunk));
      return;
    }
    var lines = new ArrayDeque<OutputChunk>();
    eachRecord(
        run,
        until,
        chunk ->
            LogLines.split(
                chunk,
                line -> {
                  lines.add(line);
                  if (lines.size() > query.tail()) {
                    lines.remove();
                  }
                }));
    for (var line : lines) {
      send(out, framing, line);
    }
  }

  /** Takes a chunk of the log. */
  private interface Sink {
    void accept(OutputChunk chunk) throws IOException;
  }

  private void eachRecord(Run run, long until, Sink sink) throws IOException {
    for (var file : JsonFileLog.files(container.files().log())) {
      try (var records = JsonFileReader.open(file)) {
        for (var next = records.next(); next.isPresent(); next = records.next()) {
          var record = next.get();
          var isPast = record.run() < run.number() || record.chunk().sequence() <= until;
          if (isPast && query.wants(record.chunk())) {
            sink.accept(record.chunk());
          }
        }
      } catch (NoSuchFileException e) {
        // Rotated away meanwhile.
      }
    }
  }

  private void send(OutputStream out, StreamFraming framing, OutputChunk chunk) throws IOException {
    if (!query.timestamps()) {
      out.write(framing.frame(chunk.kind(), chunk.data()).array());
      return;
    }
    var time = JsonFileRecord.time(chunk.timeNanos()) + " ";
    var lines = new ArrayDeque<OutputChunk>();
    LogLines.split(chunk, lines::add);
    for (var line : lines) {
      var stamped = new ByteArrayOutputStream();
      stamped.writeBytes(time.getBytes(StandardCharsets.US_ASCII));
      stamped.writeBytes(line.data());
      out.write(framing.frame(chunk.kind(), stamped.toByteArray()).array());
    }
  }
}
