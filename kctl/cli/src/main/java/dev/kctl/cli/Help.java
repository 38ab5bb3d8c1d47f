package dev.kctl.cli;

import java.util.Objects;

/** The overview of all commands. */
final class Help {
  private Help() {}

  static String overview() {
    var text = new StringBuilder();
    text.append("Usage: kctl [OPTION...] COMMAND [ARGUMENT...]\n\n");
    text.append(
        "Containers that are virtual machines: Docker's images, Docker's verbs.\n\nCommands:\n");
    for (var entry : Commands.ALL) {
      row(text, entry.name(), entry.summary());
    }
    text.append("\nOptions:\n");
    for (var option : Globals.OPTIONS) {
      var letter = option.letter().isEmpty() ? "    " : option.letter() + ", ";
      row(text, letter + option.name() + " " + option.label(), option.description());
    }
    return text.append("\nkctl help COMMAND says more about a command.\n").toString();
  }

  /** The commands of a group. */
  static String group(CommandGroup group) {
    var text = new StringBuilder("Usage: kctl " + group.name() + " COMMAND [ARGUMENT...]\n\n");
    text.append(group.summary()).append("\n\nCommands:\n");
    group
        .members()
        .forEach(
            (member, command) -> {
              var spec = Objects.requireNonNull(Commands.find(command)).spec();
              row(text, member, spec.usageMessage().description()[0]);
            });
    return text.toString();
  }

  private static void row(StringBuilder text, String left, String right) {
    text.append("  ").append(left).repeat(' ', Math.max(2, 26 - left.length()));
    text.append(right).append('\n');
  }
}
