package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows what images and containers take on the disk. */
final class DiskUsageCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("system df", "Show what images and containers take on the disk.")
        .addOption(Options.format(Options.TABLE_FORMAT))
        .addOption(Options.flag("--verbose", "-v", "Show each of them."));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var format = arguments.matchedOptionValue("--format", "");
    var verbose = arguments.hasMatchedOption("--verbose");
    if (verbose && !format.isEmpty()) {
      throw new NotPossible("--format and --verbose cannot be used together");
    }
    DiskUsage usage;
    try (var engine = session.engine().get()) {
      usage =
          new DiskUsage(
              Json.parseObject(engine.get("/system/df")), System.currentTimeMillis() / 1000);
    }
    session.out().print(verbose ? usage.details() : DiskUsage.LISTING.render(format, usage.rows()));
    return ExitCode.OK;
  }
}
