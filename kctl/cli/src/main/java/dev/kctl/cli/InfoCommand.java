package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints what the engine says of itself. */
final class InfoCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("info", "Print what the engine is and what it has.")
        .addOption(Options.format("json, or a template in Go's language.", "-f"))
        .addOption(Options.flag("--json", "", "Print the whole answer as JSON, indented."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var format = arguments.matchedOptionValue("--format", "");
    var template = format.isEmpty() ? null : ObjectFormat.parse(format);
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/info");
    }
    if (template != null) {
      session.out().line(template.of(answer.strip()));
      return ExitCode.OK;
    }
    var out = new StringBuilder();
    if (arguments.hasMatchedOption("--json")) {
      JsonIndent.append(answer, out, 0);
      session.out().print(out.append('\n'));
      return ExitCode.OK;
    }
    var info = Json.parseObject(answer);
    row(out, "Version", info.string("ServerVersion"));
    row(out, "Runtime", info.string("DefaultRuntime"));
    row(
        out,
        "Containers",
        info.number("Containers") + ", running " + info.number("ContainersRunning"));
    row(out, "Images", Long.toString(info.number("Images")));
    row(
        out,
        "Root",
        session.settings().host() == null
            ? session.settings().root()
            : info.string("DockerRootDir"));
    row(out, "Socket", session.settings().socket());
    row(out, "Host", info.string("OperatingSystem") + ", Linux " + info.string("KernelVersion"));
    row(out, "Processors", Long.toString(info.number("NCPU")));
    row(out, "Memory", Human.size(info.number("MemTotal")));
    for (var warning : info.strings("Warnings")) {
      row(out, "Warning", warning);
    }
    session.out().print(out);
    return ExitCode.OK;
  }

  private static void row(StringBuilder out, String name, String value) {
    if (!value.isEmpty()) {
      out.append(name).append(':').repeat(' ', 12 - name.length()).append(value).append('\n');
    }
  }
}
