package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists images as the engine tells; the hot tier answers most times. */
final class ImagesCommand implements Command {
  private final String name;

  ImagesCommand(String name) {
    this.name = name;
  }

  @Override
  public CommandSpec spec() {
    return Options.command(name, "List the images that are here.")
        .addOption(Options.flag("--quiet", "-q", "Print ids only."))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/images/json");
    }
    var table =
        new ImageTable(
            arguments.hasMatchedOption("--quiet"),
            arguments.hasMatchedOption("--no-trunc"),
            System.currentTimeMillis() / 1000);
    for (var image : PsCommand.objects(answer)) {
      table.add(
          image.string("Id"),
          image.strings("RepoTags"),
          image.number("Created"),
          image.number("Size"));
    }
    session.out().print(table.text());
    return ExitCode.OK;
  }
}
