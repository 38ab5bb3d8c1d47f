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
        .addOption(Options.values("--filter", "-f", "KEY=VALUE", "List only those that match."))
        .addOption(Options.format(Options.TABLE_FORMAT))
        .addOption(Options.value("--last", "-n", "NUMBER", "List the newest ones, of all states."))
        .addOption(Options.flag("--latest", "-l", "List the newest one, whatever its state."))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids and commands."))
        .addOption(Options.flag("--quiet", "-q", "Print ids only."))
        .addOption(Options.flag("--size", "-s", "Print what each has written to its disk."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var format = arguments.matchedOptionValue("--format", "");
    var withSize = arguments.hasMatchedOption("--size") || format.contains(".Size");
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/containers/json" + query(arguments, withSize));
    }
    var whole = arguments.hasMatchedOption("--no-trunc");
    if (arguments.hasMatchedOption("--quiet")) {
      var ids = new StringBuilder();
      for (var container : objects(answer)) {
        ids.append(ContainerRows.shortId(container.string("Id"), whole)).append('\n');
      }
      session.out().print(ids);
      return ExitCode.OK;
    }
    var rows = new ContainerRows(whole, System.currentTimeMillis() / 1000);
    var listing = ContainerRows.listing(arguments.hasMatchedOption("--size"));
    session.out().print(listing.render(format, objects(answer).stream().map(rows::row).toList()));
    return ExitCode.OK;
  }

  private static Query query(ParseResult arguments, boolean withSize) {
    var last = Numbers.whole("--last", arguments.matchedOptionValue("--last", "-1"));
    var limit = arguments.hasMatchedOption("--latest") ? 1 : last;
    var query = new Query();
    query.add("all", arguments.hasMatchedOption("--all") ? "1" : "");
    query.add("limit", limit > 0 ? Long.toString(limit) : "");
    query.add("size", withSize ? "1" : "");
    query.add("filters", FilterFlag.json(arguments.matchedOptionValue("--filter", List.of())));
    return query;
  }

  static List<JsonObject> objects(String json) {
    return Json.parse(json) instanceof List<?> list ? JsonObject.objectsOf(list) : List.of();
  }
}
