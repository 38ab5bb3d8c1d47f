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
    var group =
        CommandGroup.ALL.stream().filter(g -> g.name().equals(words.getFirst())).findFirst();
    if (group.isPresent() && words.size() == 1) {
      session.out().print(Help.group(group.get()));
      return ExitCode.OK;
    }
    if (group.isPresent()) {
      return FullTier.dispatch(List.of(words.getFirst(), words.get(1), "--help"), session);
    }
    return FullTier.dispatch(List.of(words.getFirst(), "--help"), session);
  }
}
