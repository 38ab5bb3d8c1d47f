package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Removes containers. */
final class RmCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("rm", "Remove containers.")
        .addOption(Options.flag("--force", "-f", "Kill it first when it runs."))
        .addOption(Options.flag("--volumes", "-v", "Remove its unnamed volumes too."))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    var force = arguments.hasMatchedOption("--force");
    query.add("force", force ? "1" : "");
    query.add("v", arguments.hasMatchedOption("--volumes") ? "1" : "");
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            engine.delete("/containers/" + Engine.encode(name) + query);
            session.out().line(name);
          });
    }
  }
}
