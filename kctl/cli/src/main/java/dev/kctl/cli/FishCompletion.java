package dev.kctl.cli;

import java.util.List;
import java.util.Set;

/** The completions for fish. */
final class FishCompletion {
  private static final Set<String> PATHS = Set.of("FILE", "DIR");

  private FishCompletion() {}

  static String commands(List<CommandModel> commands) {
    var out = new StringBuilder(CompletionWords.MADE);
    out.append("complete -c kctl -f\n");
    for (var option : Globals.OPTIONS) {
      option(
          out,
          "__fish_use_subcommand",
          new CommandModel.Option(
              option.name(), option.letter(), option.label(), option.description()));
    }
    for (var command : CompletionWords.topLevel(commands)) {
      out.append("complete -c kctl -n __fish_use_subcommand -a ").append(command.name());
      out.append(" -d ").append(CompletionWords.quoted(command.description())).append('\n');
    }
    for (var command : commands) {
      var condition = condition(command.name());
      command.options().forEach(option -> option(out, condition, option));
      var head = "complete -c kctl -n " + condition + " -a ";
      var fixed = CompletionWords.fixed(command);
      if (!fixed.isEmpty()) {
        out.append(head).append(CompletionWords.quoted(String.join(" ", fixed))).append('\n');
      }
      for (var source : CompletionWords.sources(command)) {
        out.append(head).append(CompletionWords.quoted("(" + source + ")")).append('\n');
      }
      if (command.name().equals("cp")) {
        out.append("complete -c kctl -n ").append(condition).append(" -F\n");
      }
    }
    return out.toString();
  }

  private static String condition(String name) {
    var space = name.indexOf(' ');
    var seen = "__fish_seen_subcommand_from ";
    return CompletionWords.quoted(
        space < 0
            ? seen + name
            : seen + name.substring(0, space) + "; and " + seen + name.substring(space + 1));
  }

  private static void option(StringBuilder out, String condition, CommandModel.Option option) {
    out.append("complete -c kctl -n ").append(condition);
    out.append(" -l ").append(option.name().substring(2));
    if (!option.letter().isEmpty()) {
      out.append(" -s ").append(option.letter().substring(1));
    }
    var label = option.label();
    out.append(label.isEmpty() ? "" : PATHS.contains(label) ? " -r -F" : " -x");
    out.append(" -d ").append(CompletionWords.quoted(option.description())).append('\n');
  }
}
