package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** `GET /events`: what happened, what happens, or both. */
final class EventsApi {
  private static final Duration LONG = Duration.ofDays(1);

  private final Events events;
  private final InstantSource clock;

  EventsApi(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  void stream(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var request = exchange.request();
    var now = clock.instant();
    var since = TimeParameter.parse(request.parameter("since"), now);
    var until = TimeParameter.parse(request.parameter("until"), now);
    var filter = new EventFilter(request.parameter("filters"));
    if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
      throw new EngineException.InvalidParameter("`since` time cannot be after `until` time");
    }
    try (var subscription = events.subscribe()) {
      // The head goes out before the first event: clients wait for it.
      var out = exchange.stream(200, "application/json");
      var _ = exchange.clientGone().thenRun(subscription::close);
      if (since.isPresent() || until.isPresent()) {
        past(subscription, filter, since, until, out);
      }
      live(subscription, filter, until, out);
      out.close();
    }
  }

  private static void past(
      Events.Subscription subscription,
      EventFilter filter,
      Optional<Instant> since,
      Optional<Instant> until,
      OutputStream out)
      throws IOException {
    for (var event : subscription.past()) {
      var time = JsonFileRecord.time(event.timeNanos());
      if (since.map(from -> !time.isBefore(from)).orElse(false)
          && until.map(to -> !time.isAfter(to)).orElse(true)
          && filter.wants(event)) {
        send(out, event);
      }
    }
  }

  private void live(
      Events.Subscription subscription,
      EventFilter filter,
      Optional<Instant> until,
      OutputStream out)
      throws IOException, InterruptedException {
    var deadline =
        System.nanoTime()
            + until.map(to -> Duration.between(clock.instant(), to)).orElse(LONG).toNanos();
    while (subscription.listens()) {
      var left = Duration.ofNanos(deadline - System.nanoTime());
      if (until.isPresent() && !left.isPositive()) {
        return;
      }
      var event = subscription.next(left.isPositive() ? left : LONG);
      if (event.isPresent() && filter.wants(event.get())) {
        send(out, event.get());
      }
    }
  }

  /** One chunk for each event: a client sees it at once. */
  private static void send(OutputStream out, EngineEvent event) throws IOException {
    var line = new ByteArrayOutputStream();
    line.writeBytes(Json.bytes(event.toJson()));
    line.write('\n');
    out.write(line.toByteArray());
  }
}
