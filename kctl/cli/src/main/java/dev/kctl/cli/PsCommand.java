package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists containers as the engine tells; the hot tier answers most times. */
final class PsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("ps", "List the running containers.")
        .addOption(Options.flag("--all", "-a", "List those too that have ended or never ran."))
        .addOption(Options.flag("--quiet", "-q", "Print ids only."))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids and commands."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    String answer;
    try (var engine = session.engine().get()) {
      answer =
          engine.get("/containers/json" + (arguments.hasMatchedOption("--all") ? "?all=1" : ""));
    }
    var table =
        new ContainerTable(
            arguments.hasMatchedOption("--quiet"),
            arguments.hasMatchedOption("--no-trunc"),
            System.currentTimeMillis() / 1000);
    for (var container : objects(answer)) {
      var names = container.strings("Names");
      table.add(
          container.string("Id"),
          container.string("Image"),
          container.string("Command"),
          container.number("Created"),
          container.string("Status"),
          "",
          names.isEmpty() ? "" : names.getFirst().substring(1));
    }
    session.out().print(table.text());
    return ExitCode.OK;
  }

  static List<JsonObject> objects(String json) {
    return Json.parse(json) instanceof List<?> list ? JsonObject.objectsOf(list) : List.of();
  }
}
