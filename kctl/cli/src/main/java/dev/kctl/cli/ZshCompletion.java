package dev.kctl.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The completion function for zsh. */
final class ZshCompletion {
  private ZshCompletion() {}

  static String function(List<CommandModel> commands) {
    var out = new StringBuilder("#compdef kctl\n").append(CompletionWords.MADE);
    out.append("_kctl() {\n  local command=${words[2]} -a found\n");
    out.append("  if ((CURRENT == 2)); then\n    found=(\n");
    for (var command : CompletionWords.topLevel(commands)) {
      item(out, command.name(), command.description());
    }
    out.append("    )\n    _describe command found\n    return\n  fi\n");
    aliases(out);
    out.append("  case \"$command\" in\n");
    for (var command : commands) {
      out.append("    '").append(command.name()).append("')\n      found=(\n");
      for (var option : command.options()) {
        item(out, option.name(), option.description());
        if (!option.letter().isEmpty()) {
          item(out, option.letter(), option.description());
        }
      }
      out.append("      )\n      _describe option found\n");
      arguments(out, command);
      out.append("      ;;\n");
    }
    return out.append("  esac\n}\n_kctl \"$@\"\n").toString();
  }

  private static void aliases(StringBuilder out) {
    var groups = CommandGroup.ALL.stream().map(CommandGroup::name).collect(Collectors.joining("|"));
    out.append("  [[ $command == (").append(groups);
    out.append(") && CURRENT -gt 3 ]] && command=\"$command ${words[3]}\"\n");
    out.append("  case \"$command\" in\n");
    for (var group : CommandGroup.ALL) {
      group
          .members()
          .forEach(
              (member, command) ->
                  out.append("    '")
                      .append(group.name())
                      .append(' ')
                      .append(member)
                      .append("') command='")
                      .append(command)
                      .append("' ;;\n"));
    }
    out.append("  esac\n");
  }

  private static void item(StringBuilder out, String name, String description) {
    out.append("        ").append(CompletionWords.quoted(name + ":" + description)).append('\n');
  }

  private static void arguments(StringBuilder out, CommandModel command) {
    var fixed = CompletionWords.fixed(command);
    if (!fixed.isEmpty()) {
      out.append("      compadd -- ").append(String.join(" ", fixed)).append('\n');
    }
    for (var source : CompletionWords.sources(command)) {
      out.append("      compadd -- ${(f)\"$(").append(source).append(")\"}\n");
    }
    if (List.of("run", "create", "exec", "cp", "export").contains(command.name())) {
      out.append("      _files\n");
    }
  }
}
