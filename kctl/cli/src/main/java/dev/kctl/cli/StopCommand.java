package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Ends containers by their stop signal, by force after a while; {@code restart} starts them again.
 */
final class StopCommand implements Command {
  private final String name;
  private final String summary;

  private StopCommand(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  static StopCommand stop() {
    return new StopCommand(
        "stop", "End containers: by their stop signal, by force when that does not help in time.");
  }

  static StopCommand restart() {
    return new StopCommand("restart", "End containers as stop does, and start them again.");
  }

  @Override
  public CommandSpec spec() {
    return Options.command(name, summary)
        .addOption(Options.value("--signal", "-s", "SIGNAL", "Signal to send first."))
        .addOption(
            Options.value("--timeout", "-t", "SECONDS", "Seconds to wait before killing it."))
        .addOption(Options.hidden(Options.value("--time", "", "SECONDS", "The same.")))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("t", seconds(arguments));
    query.add("signal", arguments.matchedOptionValue("--signal", ""));
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          container -> {
            engine.post("/containers/" + Engine.encode(container) + "/" + name + query);
            session.out().line(container);
          });
    }
  }

  /** No default: without a word of the user the container's own patience holds. */
  private static String seconds(ParseResult arguments) {
    for (var flag : List.of("--timeout", "--time")) {
      if (arguments.hasMatchedOption(flag)) {
        return Long.toString(Numbers.whole(flag, arguments.matchedOptionValue(flag, "")));
      }
    }
    return "";
  }
}
