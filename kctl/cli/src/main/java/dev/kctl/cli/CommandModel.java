package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command as its man page, completions and documentation show it; read from picocli's model, so
 * that they cannot say anything else.
 *
 * @param name with its group: {@code image rm}
 * @param arguments label of what follows the options; empty where nothing does
 */
record CommandModel(String name, String description, String arguments, List<Option> options) {

  /** An option; an empty label means that it takes no value. */
  record Option(String name, String letter, String label, String description) {
    /** For example {@code -e, --env KEY=VALUE}. */
    String synopsis() {
      return (letter.isEmpty() ? "" : letter + ", ") + name + (label.isEmpty() ? "" : " " + label);
    }
  }

  /** Every command in help's order; those of a group alone after their group. */
  static List<CommandModel> all() {
    var models = new ArrayList<CommandModel>();
    for (var entry : Commands.ALL) {
      models.add(of(entry.name()));
      CommandGroup.ALL.stream()
          .filter(group -> group.name().equals(entry.name()))
          .flatMap(group -> group.own().stream())
          .forEach(name -> models.add(of(name)));
    }
    return models;
  }

  /** For example {@code kctl rm [OPTION...] CONTAINER...}. */
  String usage() {
    return "kctl " + name + " [OPTION...]" + (arguments.isEmpty() ? "" : " " + arguments);
  }

  /** Name of its man page and of its page in docs/commands. */
  String fileName() {
    return name.replace(' ', '-');
  }

  private static CommandModel of(String name) {
    var spec = Commands.spec(Objects.requireNonNull(Commands.find(name)));
    return new CommandModel(
        spec.name(),
        spec.usageMessage().description()[0],
        arguments(spec),
        spec.options().stream()
            .filter(option -> !option.hidden())
            .map(CommandModel::option)
            .toList());
  }

  private static String arguments(CommandSpec spec) {
    if (spec.positionalParameters().isEmpty()) {
      return "";
    }
    var positional = spec.positionalParameters().getFirst();
    var label = positional.paramLabel();
    return positional.arity().min() == 0 ? "[" + label + "]" : label;
  }

  private static Option option(OptionSpec spec) {
    var letter = spec.names().length > 1 ? spec.shortestName() : "";
    var label = spec.arity().max() == 0 ? "" : spec.paramLabel();
    return new Option(spec.longestName(), letter, label, spec.description()[0]);
  }
}
