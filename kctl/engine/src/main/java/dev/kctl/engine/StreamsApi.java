package dev.kctl.engine;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The routes that carry a container's input and output. */
final class StreamsApi {
  private static final long NANOS = 1_000_000_000L;

  private final Containers containers;

  StreamsApi(Containers containers) {
    this.containers = containers;
  }

  void attach(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var request = exchange.request();
    var keys = request.parameter("detachkeys").or(() -> request.parameter("detachKeys"));
    new Attachment(
            container,
            new Attachment.Wanted(
                request.flag("stream"),
                request.flag("logs"),
                request.flag("stdin") && container.spec().openStdin(),
                request.flag("stdout"),
                request.flag("stderr"),
                DetachKeys.parse(keys)))
        .serve(exchange);
  }

  /** Output from any place on, input and the end of one run, for kctl's own clients. */
  void follow(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var request = exchange.request();
    var wanted =
        new RunStream.Wanted(
            (int) number(request, "run"),
            number(request, "after"),
            request.flag("stdin"),
            request.flag("stdout"),
            request.flag("stderr"));
    new RunStream(containers.get(path.getFirst()), wanted).serve(exchange);
  }

  void logs(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    log(exchange, path, LogStream.Frames.DOCKER);
  }

  /** The same in frames that name their place, from any place on. */
  void numberedLogs(HttpExchange exchange, List<String> path)
      throws IOException, InterruptedException {
    log(exchange, path, LogStream.Frames.NUMBERED);
  }

  private void log(HttpExchange exchange, List<String> path, LogStream.Frames frames)
      throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var request = exchange.request();
    var query =
        new LogQuery(
            request.flag("stdout"),
            request.flag("stderr"),
            request.flag("timestamps"),
            request.flag("details"),
            request.flag("follow"),
            tail(request.parameter("tail")),
            time(request.parameter("since")),
            time(request.parameter("until")),
            (int) number(request, "run"),
            number(request, "after"));
    if (!query.stdout() && !query.stderr()) {
      throw new EngineException.InvalidParameter(
          "Bad parameters: you must choose at least one stream");
    }
    new LogStream(container, query, frames).serve(exchange);
  }

  private static long number(HttpRequest request, String name) {
    var text = request.parameter(name).orElse("0");
    try {
      var number = Long.parseLong(text);
      if (number >= 0 && (!name.equals("run") || number <= Integer.MAX_VALUE)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("invalid " + name + ": " + text, e);
    }
    throw new EngineException.InvalidParameter("invalid " + name + ": " + text);
  }

  private static long tail(Optional<String> text) {
    try {
      var lines = Long.parseLong(text.orElse("all"));
      return lines < 0 ? Long.MAX_VALUE : lines;
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Unix seconds with an optional fraction, or RFC 3339; 0 and nothing mean no bound. */
  private static Optional<Instant> time(Optional<String> text) {
    if (text.isEmpty() || text.get().equals("0")) {
      return Optional.empty();
    }
    try {
      if (text.get().contains("T")) {
        return Optional.of(Instant.parse(text.get()));
      }
      var parts = text.get().split("\\.", 2);
      var nanos = parts.length == 1 ? 0 : Long.parseLong((parts[1] + "000000000").substring(0, 9));
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(parts[0]), nanos % NANOS));
    } catch (RuntimeException e) {
      throw new EngineException.InvalidParameter("invalid time: " + text.get(), e);
    }
  }
}
