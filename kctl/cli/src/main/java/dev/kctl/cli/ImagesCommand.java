package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists images as the engine tells; the hot tier answers most times. */
final class ImagesCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("images", "List the images that are here.")
        .addOption(Options.flag("--all", "-a", "List intermediate ones too; there are none."))
        .addOption(Options.flag("--digests", "", "Print the digests of their manifests."))
        .addOption(Options.values("--filter", "-f", "KEY=VALUE", "List only those that match."))
        .addOption(Options.format(Options.TABLE_FORMAT))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids."))
        .addOption(Options.flag("--quiet", "-q", "Print ids only."))
        .addPositional(Options.arguments("REPOSITORY[:TAG]", "0..1"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var filters = new ArrayList<String>(arguments.matchedOptionValue("--filter", List.of()));
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    names.forEach(name -> filters.add("reference=" + name));
    var query = new Query();
    query.add("all", arguments.hasMatchedOption("--all") ? "1" : "");
    query.add("filters", FilterFlag.json(filters));
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/images/json" + query);
    }
    var whole = arguments.hasMatchedOption("--no-trunc");
    var images = PsCommand.objects(answer);
    if (arguments.hasMatchedOption("--quiet")) {
      var ids = new StringBuilder();
      images.forEach(
          image -> ids.append(ImageTable.shortId(image.string("Id"), whole)).append('\n'));
      session.out().print(ids);
      return ExitCode.OK;
    }
    var rows = new ImageRows(whole, System.currentTimeMillis() / 1000);
    var listing = ImageRows.listing(arguments.hasMatchedOption("--digests"));
    session
        .out()
        .print(
            listing.render(
                arguments.matchedOptionValue("--format", ""),
                images.stream().flatMap(image -> rows.rows(image).stream()).toList()));
    return ExitCode.OK;
  }
}
