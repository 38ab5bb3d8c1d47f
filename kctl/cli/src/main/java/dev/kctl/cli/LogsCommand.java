package dev.kctl.cli;

import java.time.Instant;
import java.time.ZoneId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints what a container has said; without -f the hot tier does most times. */
final class LogsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("logs", "Print what a container has written to its output.")
        .addOption(
            Options.flag("--boot", "", "Print what its kernel and its VMM have said instead."))
        .addOption(Options.flag("--details", "", "Print what --log-opt names before each line."))
        .addOption(Options.flag("--follow", "-f", "Go on with what comes."))
        .addOption(
            Options.value("--since", "", "TIME", "From then on: 10m ago, a date, Unix seconds."))
        .addOption(Options.value("--tail", "-n", "LINES", "Only the last lines (default all)."))
        .addOption(Options.flag("--timestamps", "-t", "Print the time before each line."))
        .addOption(Options.value("--until", "", "TIME", "Up to then."))
        .addPositional(Options.argument("CONTAINER"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var path = "/kctl/v1/containers/" + Engine.encode(arguments.matchedPositionalValue(0, ""));
    if (arguments.hasMatchedOption("--boot")) {
      return boot(session, path + "/boot-log");
    }
    var query = new Query();
    query.add("stdout", "1");
    query.add("stderr", "1");
    query.add("follow", arguments.hasMatchedOption("--follow") ? "1" : "");
    query.add("timestamps", arguments.hasMatchedOption("--timestamps") ? "1" : "");
    query.add("details", arguments.hasMatchedOption("--details") ? "1" : "");
    query.add("since", time("since", arguments));
    query.add("until", time("until", arguments));
    new LogFollower(session, path + "/logs" + query)
        .follow(arguments.matchedOptionValue("--tail", "all"));
    return ExitCode.OK;
  }

  private static String time(String name, ParseResult arguments) {
    try {
      return TimeFlag.seconds(
          arguments.matchedOptionValue("--" + name, ""), Instant.now(), ZoneId.systemDefault());
    } catch (TimeNotUnderstood e) {
      throw new TimeNotUnderstood("invalid value for \"" + name + "\": " + e.getMessage());
    }
  }

  /** A kernel's log holds what the guest likes: no terminal may take it for a command. */
  private static int boot(Session session, String path) {
    try (var engine = session.engine().get()) {
      var text = engine.get(path);
      var out = new StringBuilder(text.length() + 16);
      text.lines().forEach(line -> out.append(Harmless.line(line)).append('\n'));
      session.out().print(out);
    }
    return ExitCode.OK;
  }
}
