package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Runs one more command in a running container. */
final class ExecCommand implements Command {
  @Override
  public CommandSpec spec() {
    var spec = Options.command("exec", "Run one more command in a running container.");
    spec.parser().stopAtPositional(true);
    return spec.addOption(Options.flag("--detach", "-d", "Do not wait for its end."))
        .addOption(Options.value("--detach-keys", "", "KEYS", "Keys that leave it running."))
        .addOption(
            Options.values(
                "--env", "-e", "KEY=VALUE", "Set a variable; without a value: take the caller's."))
        .addOption(
            Options.values(
                "--env-file", "", "FILE", "Set the variables of a file of KEY=VALUE lines."))
        .addOption(Options.flag("--interactive", "-i", "Keep standard input open and hand it on."))
        .addOption(Options.flag("--privileged", "", "Give it every right inside its machine."))
        .addOption(Options.flag("--tty", "-t", "Give it a terminal."))
        .addOption(
            Options.value("--user", "-u", "USER[:GROUP]", "Run as this user, by name or number."))
        .addOption(Options.value("--workdir", "-w", "DIR", "Start in this folder."))
        .addPositional(Options.arguments("CONTAINER COMMAND [ARGUMENT...]", "2..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var terminal = arguments.hasMatchedOption("--tty");
    var detach = arguments.hasMatchedOption("--detach");
    var input = arguments.hasMatchedOption("--interactive");
    if (input && terminal && !detach && !session.tty().isTerminal(Tty.STDIN)) {
      throw new NoTerminal("the input device is not a TTY: leave -t away, or run it in a terminal");
    }
    var keys = DetachKeys.parse(arguments.matchedOptionValue("--detach-keys", ""));
    var body = body(arguments, words, session);
    try (var engine = session.engine().get()) {
      var created = engine.post("/containers/" + Engine.encode(words.getFirst()) + "/exec", body);
      var exec = new ExecSession(session, engine, Json.parseObject(created).string("Id"));
      return detach ? exec.startOnly() : exec.run(terminal, input, keys);
    }
  }

  private static String body(ParseResult arguments, List<String> words, Session session) {
    List<String> files = arguments.matchedOptionValue("--env-file", List.of());
    List<String> variables = arguments.matchedOptionValue("--env", List.of());
    var detach = arguments.hasMatchedOption("--detach");
    var terminal = arguments.hasMatchedOption("--tty");
    var json = new JsonWriter().beginObject();
    json.field("User", arguments.matchedOptionValue("--user", ""));
    json.field("Privileged", arguments.hasMatchedOption("--privileged"));
    json.field("Tty", terminal);
    json.field("AttachStdin", arguments.hasMatchedOption("--interactive") && !detach);
    json.field("AttachStdout", !detach).field("AttachStderr", !detach);
    json.field("DetachKeys", arguments.matchedOptionValue("--detach-keys", ""));
    json.field("Env", EnvFile.environment(files, variables, session.environment()));
    json.field("WorkingDir", arguments.matchedOptionValue("--workdir", ""));
    json.field("Cmd", words.subList(1, words.size()));
    var size = terminal ? session.tty().size(Tty.STDOUT) : null;
    if (size != null) {
      json.name("ConsoleSize").raw("[" + size.rows() + "," + size.columns() + "]");
    }
    return json.endObject().toString();
  }
}
