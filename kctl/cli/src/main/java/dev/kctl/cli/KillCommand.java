package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Kills containers, or sends them a signal. */
final class KillCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("kill", "Kill containers, or send them a signal.")
        .addOption(Options.value("--signal", "-s", "SIGNAL", "Signal instead of KILL."))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("signal", arguments.matchedOptionValue("--signal", ""));
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            engine.post("/containers/" + Engine.encode(name) + "/kill" + query);
            session.out().line(name);
          });
    }
  }
}
