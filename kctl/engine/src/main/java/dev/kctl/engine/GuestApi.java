package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.guest.proto.StatsResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The routes that look into running containers. */
final class GuestApi {
  private static final byte[] LINE_END = "\n".getBytes(StandardCharsets.US_ASCII);

  private final Containers containers;
  private final InstantSource clock;

  GuestApi(Containers containers, InstantSource clock) {
    this.containers = containers;
    this.clock = clock;
  }

  /** The container's processes, by its own numbering. */
  void top(HttpExchange exchange, List<String> path) throws IOException {
    var container = containers.get(path.getFirst());
    var columns = PsArguments.columns(exchange.request().parameter("ps_args").orElse("-ef"));
    var live = live(container).orElseThrow(() -> ContainerExecs.notRunning(container));
    var view =
        new PsField.View(clock.instant(), ZoneId.systemDefault(), live.machine.memoryBytes());
    var json = Json.object();
    json.set("Titles", Json.strings(columns.stream().map(PsField::title).toList()));
    var rows = json.putArray("Processes");
    for (var process : live.guest.processes()) {
      rows.add(Json.strings(columns.stream().map(column -> column.of(process, view)).toList()));
    }
    exchange.json(200, json);
  }

  /** One document, or one each second; of a container that does not run Docker's zeros. */
  void stats(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var request = exchange.request();
    var isStream = request.parameters("stream").isEmpty() || request.flag("stream");
    if (isStream) {
      stream(container, exchange);
      return;
    }
    var before = Optional.<StatsResult>empty();
    if (!request.flag("one-shot") && live(container).isPresent()) {
      before = sample(container);
      if (goneWithinASecond(exchange.clientGone())) {
        return;
      }
    }
    exchange.json(200, document(container, sample(container), before));
  }

  private void stream(Container container, HttpExchange exchange)
      throws IOException, InterruptedException {
    var gone = exchange.clientGone();
    try (var out = exchange.stream(200, "application/json")) {
      var before = Optional.<StatsResult>empty();
      do {
        var now = sample(container);
        write(out, document(container, now, before));
        before = now;
      } while (!goneWithinASecond(gone) && !(container.state() instanceof ContainerState.Removing));
    }
  }

  private static void write(OutputStream out, ObjectNode document) throws IOException {
    var json = Json.bytes(document);
    var line = new byte[json.length + LINE_END.length];
    System.arraycopy(json, 0, line, 0, json.length);
    System.arraycopy(LINE_END, 0, line, json.length, LINE_END.length);
    out.write(line);
  }

  private static ObjectNode document(
      Container container, Optional<StatsResult> now, Optional<StatsResult> before) {
    var machine = live(container).map(Live::machine);
    return now.isPresent() && machine.isPresent()
        ? StatsJson.of(container.spec(), now.get(), before, machine.get())
        : StatsJson.empty(container.spec());
  }

  /** Empty where it does not run, or ends just now. */
  private static Optional<StatsResult> sample(Container container) {
    try {
      return live(container).map(live -> live.guest.stats());
    } catch (EngineException.Failed e) {
      if (live(container).isPresent()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A running container's machine. */
  private record Live(Guest guest, Machine machine) {}

  private static Optional<Live> live(Container container) {
    return container.state() instanceof ContainerState.Running running
        ? container.run().guest().map(guest -> new Live(guest, running.machine()))
        : Optional.empty();
  }

  private static boolean goneWithinASecond(CompletableFuture<Void> gone)
      throws InterruptedException {
    try {
      gone.get(1, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }
}
