package dev.kctl.cli;

import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists networks. */
final class NetworkLsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("network ls", "List networks.")
        .addOption(Options.values("--filter", "-f", "KEY=VALUE", "List only those that match."))
        .addOption(Options.format(Options.TABLE_FORMAT))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids."))
        .addOption(Options.flag("--quiet", "-q", "Print ids only."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var query = new Query();
    query.add("filters", FilterFlag.json(arguments.matchedOptionValue("--filter", List.of())));
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/networks" + query);
    }
    var rows = new NetworkRows(arguments.hasMatchedOption("--no-trunc"));
    var format = arguments.matchedOptionValue("--format", "");
    if (arguments.hasMatchedOption("--quiet")) {
      format = "{{.ID}}";
    }
    var networks =
        PsCommand.objects(answer).stream()
            .sorted(Comparator.comparing(network -> network.string("Name"), NaturalOrder.TEXTS))
            .map(rows::row)
            .toList();
    session.out().print(NetworkRows.LISTING.render(format, networks));
    return ExitCode.OK;
  }
}
