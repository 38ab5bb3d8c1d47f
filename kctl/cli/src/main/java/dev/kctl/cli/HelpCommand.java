package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints help about a command. */
final class HelpCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("help", "Print help about a command, or the list of all.")
        .addPositional(Options.arguments("COMMAND", "0..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    if (words.isEmpty()) {
      session.out().print(Help.overview());
      return ExitCode.OK;
    }
    if (words.size() > 1
        && words.getFirst().equals("image")
        && ImageCommand.NAMES.contains(words.get(1))) {
      return FullTier.dispatch(List.of("image", words.get(1), "--help"), session);
    }
    return FullTier.dispatch(List.of(words.getFirst(), "--help"), session);
  }
}
