package dev.kctl.cli;

import dev.kctl.template.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A table of what containers use that is always up to date, until somebody ends it. */
final class StatsBoard {
  private static final long REFRESH_MILLIS = 500;
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private final Session session;
  private final Engine engine;
  private final List<String> names;
  private final boolean all;
  private final boolean whole;
  private final Map<String, Row> rows = new ConcurrentHashMap<>();
  private final Set<String> watched = ConcurrentHashMap.newKeySet();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  /**
   * For the containers named, or for all there are at any time.
   *
   * @param whole without shortening ids
   */
  StatsBoard(Session session, Engine engine, List<String> names, boolean all, boolean whole) {
    this.session = session;
    this.engine = engine;
    this.names = names;
    this.all = all;
    this.whole = whole;
  }

  /** Ends when every container that was named has ended. */
  int show(String format) {
    for (var name : names) {
      // One that is not there is told before anything is shown.
      var _ = engine.get("/containers/" + Engine.encode(name) + "/json");
    }
    while (true) {
      var wanted = names.isEmpty() ? StatsCommand.ids(engine, all) : names;
      wanted.forEach(this::watch);
      var shown = new ArrayList<Row>();
      for (var name : wanted) {
        shown.add(rows.getOrDefault(name, StatsSample.empty(name, "--", whole)));
      }
      print(StatsSample.listing().render(format, shown));
      if (!names.isEmpty() && ended.containsAll(names)) {
        return ExitCode.OK;
      }
      if (!pause()) {
        return ExitCode.OK;
      }
    }
  }

  private void print(String text) {
    if (!session.tty().isTerminal(Tty.STDOUT)) {
      session.out().print(text);
      return;
    }
    session.out().print(HOME + text.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
  }

  private void watch(String name) {
    if (watched.add(name)) {
      Thread.ofVirtual().name("stats").start(() -> follow(name));
    }
  }

  private void follow(String name) {
    var path = "/containers/" + Engine.encode(name) + "/stats?stream=1";
    try (var own = engine.another();
        var answer = own.open(HttpConnection.HttpRequest.of("GET", path))) {
      var lines = new JsonLines(answer.response().body());
      for (var line = lines.next(); !line.isEmpty(); line = lines.next()) {
        rows.put(name, new StatsSample(Json.parseObject(line)).row(whole));
      }
    } catch (CliException | IOException _) {
      // It has ended, or the engine has.
    }
    rows.remove(name);
    if (names.isEmpty()) {
      watched.remove(name);
    } else {
      ended.add(name);
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(REFRESH_MILLIS);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
