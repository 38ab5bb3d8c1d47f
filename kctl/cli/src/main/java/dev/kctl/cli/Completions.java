package dev.kctl.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Completion scripts for the shells, each made from the commands' models. */
final class Completions {
  private static final String CONTAINERS = "kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }'";
  private static final String IMAGES =
      "kctl images 2>/dev/null | awk 'NR > 1 && $1 != \"<none>\" { print $1 \":\" $2 }'";
  private static final String MADE =
      "# Made by dev.kctl.cli.GenerateDocs from the commands' own model.\n";

  private Completions() {}

  static String bash(List<CommandModel> commands) {
    var out = new StringBuilder(MADE);
    out.append("_kctl() {\n");
    out.append("  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n");
    out.append("  local i command='' words=''\n");
    out.append("  for ((i = 1; i < COMP_CWORD; i++)); do\n");
    out.append("    case \"${COMP_WORDS[i]}\" in\n");
    out.append("      ").append(globalsWithValue("|")).append(") i=$((i + 1)) ;;\n");
    out.append("      -*) ;;\n");
    out.append("      image) command=image ;;\n");
    out.append("      *)\n");
    out.append("        command=\"${command:+$command }${COMP_WORDS[i]}\"\n");
    out.append("        break\n        ;;\n    esac\n  done\n");
    out.append("  case \"$previous\" in\n");
    out.append("    --env-file | --label-file | --cidfile | --root | --runtime-dir)\n");
    out.append("      COMPREPLY=($(compgen -f -- \"$word\"))\n      return\n      ;;\n");
    out.append(
        "    --pull)\n      COMPREPLY=($(compgen -W 'always missing never' -- \"$word\"))\n");
    out.append("      return\n      ;;\n  esac\n");
    out.append("  case \"$command\" in\n");
    out.append("    '') words='")
        .append(names(commands))
        .append(' ')
        .append(globals())
        .append("' ;;\n");
    for (var command : commands) {
      out.append("    '").append(command.name()).append("') words=\"").append(bashWords(command));
      out.append("\" ;;\n");
    }
    out.append("  esac\n");
    out.append("  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n");
    out.append(
        "  declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions \"$word\"\n");
    return out.append("}\ncomplete -F _kctl kctl\n").toString();
  }

  static String zsh(List<CommandModel> commands) {
    var out = new StringBuilder("#compdef kctl\n").append(MADE);
    out.append("_kctl() {\n  local command=${words[2]} -a found\n");
    out.append("  [[ $command == image && CURRENT -gt 3 ]] && command=\"image ${words[3]}\"\n");
    out.append("  if ((CURRENT == 2)); then\n    found=(\n");
    for (var command : topLevel(commands)) {
      out.append("      ")
          .append(quoted(command.name() + ":" + command.description()))
          .append('\n');
    }
    out.append("    )\n    _describe command found\n    return\n  fi\n");
    out.append("  case \"$command\" in\n");
    for (var command : commands) {
      out.append("    '").append(command.name()).append("')\n      found=(\n");
      for (var option : command.options()) {
        zshOption(out, option.name(), option.description());
        if (!option.letter().isEmpty()) {
          zshOption(out, option.letter(), option.description());
        }
      }
      out.append("      )\n      _describe option found\n");
      zshArguments(out, command);
      out.append("      ;;\n");
    }
    return out.append("  esac\n}\n_kctl \"$@\"\n").toString();
  }

  static String fish(List<CommandModel> commands) {
    var out = new StringBuilder(MADE);
    out.append("complete -c kctl -f\n");
    for (var option : Globals.OPTIONS) {
      fishOption(
          out,
          "__fish_use_subcommand",
          option.name(),
          option.letter(),
          option.label(),
          option.description());
    }
    for (var command : topLevel(commands)) {
      out.append("complete -c kctl -n __fish_use_subcommand -a ").append(command.name());
      out.append(" -d ").append(quoted(command.description())).append('\n');
    }
    for (var command : commands) {
      var condition = quoted("__fish_seen_subcommand_from " + command.name());
      if (command.name().contains(" ")) {
        var words = command.name().split(" ", -1);
        condition =
            quoted(
                "__fish_seen_subcommand_from "
                    + words[0]
                    + "; and __fish_seen_subcommand_from "
                    + words[1]);
      }
      for (var option : command.options()) {
        fishOption(
            out, condition, option.name(), option.letter(), option.label(), option.description());
      }
      fishArguments(out, condition, command);
    }
    return out.toString();
  }

  private static String bashWords(CommandModel command) {
    var options =
        command.options().stream().map(CommandModel.Option::name).collect(Collectors.joining(" "));
    if (command.name().equals("image")) {
      return options + " " + String.join(" ", ImageCommand.NAMES);
    }
    if (command.name().equals("help")) {
      return options
          + " "
          + Commands.ALL.stream().map(Commands.Entry::name).collect(Collectors.joining(" "));
    }
    return options
        + (wants(command, "CONTAINER") ? " $(" + CONTAINERS + ")" : "")
        + (wants(command, "IMAGE") ? " $(" + IMAGES + ")" : "");
  }

  private static void zshOption(StringBuilder out, String name, String description) {
    out.append("        ").append(quoted(name + ":" + description)).append('\n');
  }

  private static void zshArguments(StringBuilder out, CommandModel command) {
    if (command.name().equals("image")) {
      out.append("      compadd -- ").append(String.join(" ", ImageCommand.NAMES)).append('\n');
    }
    if (wants(command, "CONTAINER")) {
      out.append("      compadd -- ${(f)\"$(").append(CONTAINERS).append(")\"}\n");
    }
    if (wants(command, "IMAGE")) {
      out.append("      compadd -- ${(f)\"$(").append(IMAGES).append(")\"}\n");
    }
    if (command.name().equals("run")) {
      out.append("      _files\n");
    }
  }

  private static void fishOption(
      StringBuilder out,
      String condition,
      String name,
      String letter,
      String label,
      String description) {
    out.append("complete -c kctl -n ").append(condition).append(" -l ").append(name.substring(2));
    if (!letter.isEmpty()) {
      out.append(" -s ").append(letter.substring(1));
    }
    out.append(label.isEmpty() ? "" : isPath(label) ? " -r -F" : " -x");
    out.append(" -d ").append(quoted(description)).append('\n');
  }

  private static boolean isPath(String label) {
    return label.equals("FILE") || label.equals("DIR");
  }

  private static void fishArguments(StringBuilder out, String condition, CommandModel command) {
    var head = "complete -c kctl -n " + condition + " -a ";
    if (command.name().equals("image")) {
      out.append(head).append(quoted(String.join(" ", ImageCommand.NAMES))).append('\n');
    }
    if (wants(command, "CONTAINER")) {
      out.append(head).append(quoted("(" + CONTAINERS + ")")).append('\n');
    }
    if (wants(command, "IMAGE")) {
      out.append(head).append(quoted("(" + IMAGES + ")")).append('\n');
    }
  }

  private static boolean wants(CommandModel command, String kind) {
    var label = command.arguments();
    return label.startsWith(kind) || label.startsWith("NAME");
  }

  private static List<CommandModel> topLevel(List<CommandModel> commands) {
    return commands.stream().filter(command -> !command.name().contains(" ")).toList();
  }

  private static String names(List<CommandModel> commands) {
    return topLevel(commands).stream().map(CommandModel::name).collect(Collectors.joining(" "));
  }

  private static String globals() {
    return Globals.OPTIONS.stream()
        .map(Globals.GlobalOption::name)
        .collect(Collectors.joining(" "));
  }

  private static String globalsWithValue(String separator) {
    return Globals.OPTIONS.stream()
        .filter(Globals.GlobalOption::takesValue)
        .map(
            option ->
                option.name() + (option.letter().isEmpty() ? "" : separator + option.letter()))
        .collect(Collectors.joining(separator));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
