package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Fetches an image. */
final class PullCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("pull", "Fetch an image from its registry.")
        .addOption(Options.flag("--quiet", "-q", "Print the image's name only."))
        .addOption(
            Options.value(
                "--platform", "", "OS/ARCH", "Platform of an image that exists for several."))
        .addPositional(Options.argument("IMAGE"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    String image = arguments.matchedPositionalValue(0, "");
    var quiet = arguments.hasMatchedOption("--quiet");
    var display = quiet ? PullDisplay.silent() : PullDisplay.of(session, session.out(), Tty.STDOUT);
    try (var engine = session.engine().get()) {
      new ImagePull(engine, session.credentials())
          .pull(image, arguments.matchedOptionValue("--platform", ""), display);
    }
    if (quiet) {
      session.out().line(image);
    }
    return ExitCode.OK;
  }
}
