package dev.kctl.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The completion script for bash. */
final class BashCompletion {
  private BashCompletion() {}

  static String script(List<CommandModel> commands) {
    var out = new StringBuilder(CompletionWords.MADE);
    out.append("_kctl() {\n");
    out.append("  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n");
    out.append("  local i command='' words=''\n");
    out.append("  for ((i = 1; i < COMP_CWORD; i++)); do\n");
    out.append("    case \"${COMP_WORDS[i]}\" in\n");
    out.append("      ").append(globalsWithValue()).append(") i=$((i + 1)) ;;\n");
    out.append("      -*) ;;\n");
    out.append("      ").append(groups()).append(")\n");
    out.append("        [[ -n $command ]] && break\n");
    out.append("        command=${COMP_WORDS[i]}\n        ;;\n");
    out.append("      *)\n");
    out.append("        command=\"${command:+$command }${COMP_WORDS[i]}\"\n");
    out.append("        break\n        ;;\n    esac\n  done\n");
    aliases(out);
    values(out);
    out.append("  case \"$command\" in\n");
    out.append("    '') words='").append(names(commands)).append(' ');
    out.append(globals()).append("' ;;\n");
    for (var command : commands) {
      out.append("    '").append(command.name()).append("') words=\"").append(words(command));
      out.append("\" ;;\n");
    }
    out.append("  esac\n");
    out.append("  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n");
    out.append(
        "  declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions"
            + " \"$word\"\n");
    return out.append("}\ncomplete -o default -F _kctl kctl\n").toString();
  }

  /** {@code container ls} is {@code ps}. */
  private static void aliases(StringBuilder out) {
    out.append("  case \"$command\" in\n");
    for (var group : CommandGroup.ALL) {
      group
          .members()
          .forEach(
              (member, command) -> {
                var name = group.name() + " " + member;
                if (!name.equals(command)) {
                  out.append("    '").append(name).append("') command='").append(command);
                  out.append("' ;;\n");
                }
              });
    }
    out.append("  esac\n");
  }

  private static void values(StringBuilder out) {
    out.append("  case \"$previous\" in\n");
    out.append("    --env-file | --label-file | --cidfile | --root | --runtime-dir | --output)\n");
    out.append("      COMPREPLY=($(compgen -f -- \"$word\"))\n      return\n      ;;\n");
    value(out, "--pull", "always missing never");
    value(out, "--restart", "no on-failure always unless-stopped");
    value(out, "--log-driver", "json-file none");
    value(out, "--format", "table json");
    out.append("  esac\n");
  }

  private static void value(StringBuilder out, String option, String words) {
    out.append("    ").append(option).append(")\n      COMPREPLY=($(compgen -W '").append(words);
    out.append("' -- \"$word\"))\n      return\n      ;;\n");
  }

  private static String words(CommandModel command) {
    var words =
        new StringBuilder(
            command.options().stream()
                .map(CommandModel.Option::name)
                .collect(Collectors.joining(" ")));
    CompletionWords.fixed(command).forEach(word -> words.append(' ').append(word));
    CompletionWords.sources(command)
        .forEach(source -> words.append(" $(").append(source).append(")"));
    return words.toString();
  }

  private static String names(List<CommandModel> commands) {
    return CompletionWords.topLevel(commands).stream()
        .map(CommandModel::name)
        .collect(Collectors.joining(" "));
  }

  private static String groups() {
    return CommandGroup.ALL.stream().map(CommandGroup::name).collect(Collectors.joining(" | "));
  }

  private static String globals() {
    return Globals.OPTIONS.stream()
        .map(Globals.GlobalOption::name)
        .collect(Collectors.joining(" "));
  }

  private static String globalsWithValue() {
    return Globals.OPTIONS.stream()
        .filter(Globals.GlobalOption::takesValue)
        .map(option -> option.name() + (option.letter().isEmpty() ? "" : "|" + option.letter()))
        .collect(Collectors.joining("|"));
  }
}
