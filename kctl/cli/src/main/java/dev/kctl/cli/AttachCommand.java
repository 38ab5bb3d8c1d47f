package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Takes part in a running container: its output, its input, its end. */
final class AttachCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("attach", "Take part in a running container: its output and input.")
        .addOption(Options.value("--detach-keys", "", "KEYS", "Keys that leave it running."))
        .addOption(Options.flag("--no-stdin", "", "Do not hand standard input to it."))
        .addOption(
            Options.value(
                "--sig-proxy", "", BooleanFlags.LABEL, "Hand signals on to it (default true)."))
        .addPositional(Options.argument("CONTAINER"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var name = arguments.matchedPositionalValue(0, "");
    var keys = DetachKeys.parse(arguments.matchedOptionValue("--detach-keys", ""));
    var proxy =
        BooleanFlags.isTrue("--sig-proxy", arguments.matchedOptionValue("--sig-proxy", "true"));
    try (var engine = session.engine().get()) {
      var container = Json.parseObject(engine.get("/containers/" + Engine.encode(name) + "/json"));
      checkState(container.object("State"));
      var config = container.object("Config");
      var terminal = config.isTrue("Tty");
      var input = config.isTrue("OpenStdin") && !arguments.hasMatchedOption("--no-stdin");
      if (input && terminal && !session.tty().isTerminal(Tty.STDIN)) {
        throw new NoTerminal("the input device is not a TTY: use --no-stdin, or a terminal");
      }
      var attended =
          new Attended(
              session,
              engine,
              name,
              new Attended.Manner(terminal, input, proxy && !terminal, keys));
      attended.proxySignals();
      var target = new RunFollower.Target(name, input, true, true, terminal);
      try (var follower = RunFollower.open(session, engine, target)) {
        return attended.follow(follower).orElse(ExitCode.OK);
      }
    }
  }

  private static void checkState(JsonObject state) {
    if (!state.isTrue("Running")) {
      throw new NotPossible("cannot attach to a stopped container, start it first");
    }
    if (state.isTrue("Paused")) {
      throw new NotPossible("cannot attach to a paused container, unpause it first");
    }
    if (state.isTrue("Restarting")) {
      throw new NotPossible("cannot attach to a restarting container, wait until it is running");
    }
  }
}
