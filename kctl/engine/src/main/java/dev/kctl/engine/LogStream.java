package dev.kctl.engine;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** A container's log for one client: what is in the files, then what comes. */
final class LogStream {
  /** Docker's, always with nine digits, so that lines stay below each other. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int PAST_BYTES = 64 * 1024;

  private final Container container;
  private final LogQuery query;
  private final Frames frames;
  private final String details;

  /** How output is wrapped up for the client. */
  enum Frames {
    /** As Docker does: raw or multiplexed. */
    DOCKER,
    /** {@link NumberedFrame}s. */
    NUMBERED
  }

  LogStream(Container container, LogQuery query, Frames frames) {
    this.container = container;
    this.query = query;
    this.frames = frames;
    details = query.details() ? LogDetails.of(container.spec()) + " " : "";
  }

  void serve(HttpExchange exchange) throws IOException, InterruptedException {
    var framing = StreamFraming.of(container.spec().tty());
    var type =
        frames == Frames.NUMBERED
            ? NumberedFrame.CONTENT_TYPE
            : framing.contentType(exchange.request().apiMinor());
    var run = container.run();
    var live = query.follow() && container.state() instanceof ContainerState.Running;
    try (var output = run.hub().subscribe()) {
      var out = exchange.stream(200, type);
      if (live) {
        var _ = exchange.clientGone().thenRun(output::close);
      }
      var until = live ? output.after() : Long.MAX_VALUE;
      // Each write to the client is a call of the kernel's: not one for each line of the past.
      var many = new BufferedOutputStream(out, PAST_BYTES);
      past(new Writer(many, framing), run.number(), until);
      many.flush();
      var writer = new Writer(out, framing);
      while (live) {
        var chunk = output.next();
        if (chunk.isEmpty() || query.isOver(chunk.get())) {
          break;
        }
        if (query.wants(run.number(), chunk.get())) {
          writer.write(run.number(), chunk.get());
        }
      }
      if (frames == Frames.NUMBERED) {
        out.write(NumberedFrame.endOfLog(run.number()).array());
      }
      out.close();
    }
  }

  /** What was written up to a number of the current run, the last lines of it if so wanted. */
  private void past(Writer writer, int run, long until) throws IOException {
    if (query.tail() == Long.MAX_VALUE) {
      eachRecord(run, until, record -> writer.write(record.run(), record.chunk()));
      return;
    }
    var lines = new ArrayDeque<JsonFileRecord>();
    eachRecord(
        run, until, record -> LogLines.split(record.chunk(), line -> keep(lines, record, line)));
    while (!lines.isEmpty()) {
      var record = joined(lines);
      writer.write(record.run(), record.chunk());
    }
  }

  private void keep(Deque<JsonFileRecord> lines, JsonFileRecord record, OutputChunk line) {
    lines.add(new JsonFileRecord(record.run(), line));
    if (lines.size() > query.tail()) {
      lines.remove();
    }
  }

  /** The lines of one chunk as one again: a client must get it whole or not at all. */
  private static JsonFileRecord joined(Deque<JsonFileRecord> lines) {
    var first = lines.remove();
    var sequence = first.chunk().sequence();
    var data = new ByteArrayOutputStream();
    data.writeBytes(first.chunk().data());
    while (!lines.isEmpty()
        && lines.getFirst().run() == first.run()
        && lines.getFirst().chunk().sequence() == sequence) {
      data.writeBytes(lines.remove().chunk().data());
    }
    var chunk = first.chunk();
    return new JsonFileRecord(
        first.run(),
        new OutputChunk(sequence, chunk.timeNanos(), chunk.kind(), data.toByteArray()));
  }

  private void eachRecord(int run, long until, LogRecords.Sink sink) throws IOException {
    LogRecords.each(
        container.files().log(),
        record -> {
          var isPast = record.run() < run || record.chunk().sequence() <= until;
          if (isPast && query.wants(record.run(), record.chunk())) {
            sink.accept(record);
          }
        });
  }

  /** Writes chunks to the client. */
  private final class Writer {
    private final OutputStream out;
    private final StreamFraming framing;

    Writer(OutputStream out, StreamFraming framing) {
      this.out = out;
      this.framing = framing;
    }

    void write(int run, OutputChunk chunk) throws IOException {
      if (!query.timestamps() && details.isEmpty()) {
        send(run, chunk, chunk.data());
        return;
      }
      var time =
          query.timestamps() ? TIME.format(JsonFileRecord.time(chunk.timeNanos())) + " " : "";
      var head = (time + details).getBytes(StandardCharsets.UTF_8);
      var lines = new ArrayDeque<OutputChunk>();
      LogLines.split(chunk, lines::add);
      var all = new ByteArrayOutputStream();
      for (var line : lines) {
        all.writeBytes(head);
        all.writeBytes(line.data());
        if (frames == Frames.DOCKER) {
          send(run, chunk, all.toByteArray());
          all.reset();
        }
      }
      if (frames == Frames.NUMBERED) {
        send(run, chunk, all.toByteArray());
      }
    }

    private void send(int run, OutputChunk chunk, byte[] data) throws IOException {
      if (frames == Frames.DOCKER) {
        out.write(framing.frame(chunk.kind(), data).array());
        return;
      }
      var whole = new OutputChunk(chunk.sequence(), chunk.timeNanos(), chunk.kind(), data);
      out.write(NumberedFrame.output(run, whole).array());
    }
  }
}
