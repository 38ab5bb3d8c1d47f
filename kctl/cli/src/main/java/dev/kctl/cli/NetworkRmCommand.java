package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Removes networks that no container uses. */
final class NetworkRmCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("network rm", "Remove networks that no container uses.")
        .addOption(Options.flag("--force", "-f", "Say nothing of one that is not there."))
        .addPositional(Options.arguments("NETWORK...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var force = arguments.hasMatchedOption("--force");
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            try {
              engine.delete("/networks/" + Engine.encode(name));
              session.out().line(name);
            } catch (EngineRefused e) {
              if (!force || !e.notFound()) {
                throw e;
              }
            }
          });
    }
  }
}
