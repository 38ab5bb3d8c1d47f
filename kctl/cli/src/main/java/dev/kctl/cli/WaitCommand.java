package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Waits for containers to end. */
final class WaitCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("wait", "Wait for containers to end and print their exit codes.")
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            var ended = engine.post("/containers/" + Engine.encode(name) + "/wait");
            session.out().line(Long.toString(Json.parseObject(ended).number("StatusCode")));
          });
    }
  }
}
