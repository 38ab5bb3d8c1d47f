package dev.kctl.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.StatsResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The routes that look into running containers. */
final class GuestApi {
  private static final byte[] LINE_END = "\n".getBytes(StandardCharsets.US_ASCII);

  /** Each has a megabyte and what is made of it. */
  private static final int LISTS_AT_ONCE = 4;

  private final Semaphore lists = new Semaphore(LISTS_AT_ONCE);
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
    lists.acquireUninterruptibly();
    try {
      var processes = live.guest.processes();
      var out = new BufferedOutputStream(exchange.stream(200, "application/json"));
      write(out, columns, processes, view);
      // An answer that breaks off before has no end.
      out.close();
    } finally {
      lists.release();
    }
  }

  /** Row by row: the guest says how many there are, and how long they are. */
  private static void write(
      OutputStream out, List<PsField> columns, List<ProcessInfo> processes, PsField.View view)
      throws IOException {
    var titles = columns.stream().map(PsField::title).toList();
    out.write(("{\"Titles\":" + text(titles) + ",\"Processes\":[").getBytes(UTF_8));
    var separator = "";
    for (var process : processes) {
      var row = columns.stream().map(column -> column.of(process, view)).toList();
      out.write((separator + text(row)).getBytes(UTF_8));
      separator = ",";
    }
    out.write("]}".getBytes(UTF_8));
  }

  private static String text(List<String> strings) {
    return new String(Json.bytes(Json.strings(strings)), UTF_8);
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
