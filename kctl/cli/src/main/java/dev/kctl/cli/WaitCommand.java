package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Waits for containers to end, over as many engines as it takes. */
final class WaitCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("wait", "Wait for containers to end and print their exit codes.")
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    return EachTarget.run(
        names,
        session,
        name -> {
          var path = "/containers/" + Engine.encode(name) + "/wait";
          var ended = await(session, path);
          session.out().line(Long.toString(Json.parseObject(ended).number("StatusCode")));
        });
  }

  private static String await(Session session, String path) {
    EngineVanished vanished;
    try (var engine = session.engine().get()) {
      return engine.post(path);
    } catch (EngineVanished e) {
      vanished = e;
    }
    return Reconnection.ask(session, vanished, engine -> engine.post(path));
  }
}
