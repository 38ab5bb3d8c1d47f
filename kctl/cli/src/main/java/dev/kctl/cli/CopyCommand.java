package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Copies files between a container and the host. */
final class CopyCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("cp", "Copy files into or out of a container.")
        .addOption(Options.flag("--archive", "-a", "Keep users, groups and all rights."))
        .addOption(Options.flag("--follow-link", "-L", "Copy what a link at SOURCE points to."))
        .addOption(Options.flag("--quiet", "-q", "Do not say how much was copied."))
        .addPositional(Options.arguments("SOURCE TARGET", "2"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var source = CopyPlace.parse(words.getFirst());
    var target = CopyPlace.parse(words.get(1));
    if (source.isContainer() && target.isContainer()) {
      throw new NotPossible("copying between containers is not supported");
    }
    if (!source.isContainer() && !target.isContainer()) {
      throw new NotPossible("must specify at least one container source");
    }
    var manner =
        new Manner(
            arguments.hasMatchedOption("--archive"),
            arguments.hasMatchedOption("--follow-link"),
            arguments.hasMatchedOption("--quiet") || !session.tty().isTerminal(Tty.STDERR));
    try (var engine = session.engine().get()) {
      var files = new ContainerFiles(engine, (source.isContainer() ? source : target).container());
      if (source.isContainer()) {
        new CopyOut(session, files, manner).copy(source, target.path());
      } else {
        new CopyIn(session, files, manner).copy(source.path(), target);
      }
    }
    return ExitCode.OK;
  }

  /**
   * How to copy.
   *
   * @param owners keep them
   * @param follow a link that is copied itself
   */
  record Manner(boolean owners, boolean follow, boolean quiet) {}
}
