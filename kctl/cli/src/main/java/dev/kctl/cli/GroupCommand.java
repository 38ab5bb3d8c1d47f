package dev.kctl.cli;

import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A group of commands: runs the one that is named, or lists them. */
final class GroupCommand implements Command {
  private final CommandGroup group;

  GroupCommand(CommandGroup group) {
    this.group = group;
  }

  @Override
  public CommandSpec spec() {
    var spec = Options.command(group.name(), group.summary());
    spec.parser().stopAtPositional(true);
    return spec.addPositional(Options.arguments("COMMAND [ARGUMENT...]", "0..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    if (words.isEmpty()) {
      session.out().print(Help.group(group));
      return ExitCode.OK;
    }
    var name = words.getFirst();
    var command = group.command(name);
    if (command.isEmpty()) {
      throw new UnknownCommand(
          "unknown command: "
              + group.name()
              + " "
              + name
              + Suggestion.among(name, group.members().keySet().stream()));
    }
    return FullTier.dispatch(
        Objects.requireNonNull(Commands.find(command)), words.subList(1, words.size()), session);
  }
}
