package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Ends containers by their stop signal, by force after a while. */
final class StopCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command(
            "stop",
            "End containers: by their stop signal, by force when that does not help in time.")
        .addOption(Options.value("--time", "-t", "SECONDS", "Seconds to wait before killing it."))
        .addOption(Options.value("--signal", "-s", "SIGNAL", "Signal to send first."))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("t", seconds(arguments.matchedOptionValue("--time", "")));
    query.add("signal", arguments.matchedOptionValue("--signal", ""));
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            engine.post("/containers/" + Engine.encode(name) + "/stop" + query);
            session.out().line(name);
          });
    }
  }

  /** No default: without a word of the user the container's own patience holds. */
  private static String seconds(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (!Character.isDigit(text.charAt(i)) && !(i == 0 && text.equals("-1"))) {
        throw new UsageError("invalid value " + text + " for --time: not a number of seconds");
      }
    }
    return text;
  }
}
