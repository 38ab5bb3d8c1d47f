package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the words after a command may be, for every shell's completion. */
final class CompletionWords {
  static final String MADE = "# Made by dev.kctl.cli.GenerateDocs from the commands' own model.\n";

  /** Names of images with their tags. */
  static final String IMAGES =
      "kctl images 2>/dev/null | awk 'NR > 1 && $1 != \"<none>\" { print $1 \":\" $2 }'";

  private static final String NETWORKS = "kctl network ls 2>/dev/null | awk 'NR > 1 { print $2 }'";

  private static final String ALL = "kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }'";
  private static final String RUNNING = "kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }'";

  /** Commands that make sense for running containers only. */
  private static final Set<String> FOR_RUNNING =
      Set.of("attach", "exec", "kill", "pause", "port", "stats", "stop", "top", "unpause", "wait");

  private CompletionWords() {}

  /** Shell commands whose output lines are words that may follow. */
  static List<String> sources(CommandModel command) {
    var sources = new ArrayList<String>();
    var label = command.arguments().replace("[", "");
    var containers = label.contains("CONTAINER") || label.startsWith("NAME");
    if (containers) {
      sources.add(FOR_RUNNING.contains(command.name()) ? RUNNING : ALL);
    }
    if (command.name().equals("cp")) {
      sources.add(ALL.replace("print $NF", "print $NF \":\""));
    }
    if (label.startsWith("NETWORK") && !command.name().equals("network create")) {
      sources.add(NETWORKS);
    }
    if (label.startsWith("IMAGE") || label.startsWith("NAME") || label.startsWith("REPOSITORY")) {
      sources.add(IMAGES);
    }
    return sources;
  }

  /** Words that may follow and never change. */
  static List<String> fixed(CommandModel command) {
    return switch (command.name()) {
      case "container", "image", "network", "system" ->
          List.copyOf(CommandGroup.named(command.name()).members().keySet());
      case "help" -> Commands.ALL.stream().map(Commands.Entry::name).toList();
      case "context" -> List.of("docker-host");
      default -> List.of();
    };
  }

  static List<CommandModel> topLevel(List<CommandModel> commands) {
    return commands.stream().filter(command -> !command.name().contains(" ")).toList();
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
