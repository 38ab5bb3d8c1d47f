package dev.kctl.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints what happens, as it happens. */
final class EventsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("events", "Print what happens to containers and images.")
        .addOption(Options.values("--filter", "-f", "KEY=VALUE", "Print only what matches."))
        .addOption(Options.format("json, or a template in Go's language."))
        .addOption(Options.value("--since", "", "TIME", "Begin with what happened since then."))
        .addOption(Options.value("--until", "", "TIME", "End with what happened by then."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var format = arguments.matchedOptionValue("--format", "");
    var lines = new EventLines(session.out(), format);
    var now = Instant.now();
    var zone = ZoneId.systemDefault();
    var since = TimeFlag.seconds(arguments.matchedOptionValue("--since", ""), now, zone);
    var query = new Query();
    query.add("until", TimeFlag.seconds(arguments.matchedOptionValue("--until", ""), now, zone));
    query.add("filters", FilterFlag.json(arguments.matchedOptionValue("--filter", List.of())));
    EngineVanished vanished;
    try (var engine = session.engine().get()) {
      print(engine, query.with("since", since), lines);
      return ExitCode.OK;
    } catch (EngineVanished e) {
      vanished = e;
    }
    Reconnection.ask(
        session,
        vanished,
        engine -> {
          print(engine, query.with("since", lines.last()), lines);
          return true;
        });
    return ExitCode.OK;
  }

  private static void print(Engine engine, String query, EventLines lines) {
    var request = HttpConnection.HttpRequest.of("GET", "/events" + query);
    try (var answer = engine.open(request)) {
      var events = new JsonLines(answer.response().body());
      for (var event = events.next(); !event.isEmpty(); event = events.next()) {
        lines.print(event);
      }
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }
}
