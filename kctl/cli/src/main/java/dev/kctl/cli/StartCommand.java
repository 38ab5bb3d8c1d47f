package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Starts containers that are there; with -a or -i it stays with one. */
final class StartCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("start", "Start containers that have ended or never ran.")
        .addOption(Options.flag("--attach", "-a", "Stay with it: output and signals."))
        .addOption(Options.value("--detach-keys", "", "KEYS", "Keys that leave it running."))
        .addOption(Options.flag("--interactive", "-i", "Hand standard input to it."))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var attach = arguments.hasMatchedOption("--attach");
    var interactive = arguments.hasMatchedOption("--interactive");
    var keys = DetachKeys.parse(arguments.matchedOptionValue("--detach-keys", ""));
    try (var engine = session.engine().get()) {
      if (!attach && !interactive) {
        return EachTarget.run(
            names,
            session,
            name -> {
              engine.post("/containers/" + Engine.encode(name) + "/start");
              session.out().line(name);
            });
      }
      if (names.size() > 1) {
        throw new NotPossible("you cannot start and attach multiple containers at once");
      }
      return stayWith(engine, session, names.getFirst(), interactive, keys);
    }
  }

  private static int stayWith(
      Engine engine, Session session, String name, boolean interactive, DetachKeys keys) {
    var path = "/containers/" + Engine.encode(name);
    var config = Json.parseObject(engine.get(path + "/json")).object("Config");
    var input = interactive && config.isTrue("OpenStdin");
    var terminal = config.isTrue("Tty");
    var attended =
        new Attended(session, engine, name, new Attended.Manner(terminal, input, !terminal, keys));
    attended.proxySignals();
    var target = new RunFollower.Target(name, input, true, true, terminal);
    try (var follower = RunFollower.open(session, engine, target)) {
      engine.post(path + "/start");
      return attended.follow(follower).orElse(ExitCode.OK);
    }
  }
}
