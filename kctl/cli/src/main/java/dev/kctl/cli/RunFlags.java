package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The flags of {@code run} that are honoured; {@link RefusedRunFlags} has Docker's others. */
final class RunFlags {
  static final List<RunFlag> HONOURED =
      List.of(
          flag("--interactive", "-i", "Keep standard input open and hand it to the process."),
          flag("--tty", "-t", "Give the process a terminal."),
          flag("--rm", "", "Remove the container when it ends."),
          one("--name", "", "NAME", "Name the container."),
          many("--env", "-e", "KEY=VALUE", "Set a variable; without a value: take the caller's."),
          many("--env-file", "", "FILE", "Set the variables of a file of KEY=VALUE lines."),
          one("--workdir", "-w", "DIR", "Start in this folder of the image."),
          one("--user", "-u", "USER[:GROUP]", "Run as this user, by name or number."),
          one("--entrypoint", "", "COMMAND", "Replace the image's entrypoint; empty: drop it."),
          one("--hostname", "-h", "NAME", "Name of the host inside the container."),
          one("--memory", "-m", "SIZE", "Limit of memory, such as 512m or 2g."),
          one("--cpus", "", "NUMBER", "Limit of processors, such as 1.5."),
          one("--pull", "", "WHEN", "Pull the image: always, missing (default) or never."),
          one("--platform", "", "OS/ARCH", "Platform of an image that exists for several."),
          many("--label", "-l", "KEY=VALUE", "Set a label of the container."),
          many("--label-file", "", "FILE", "Set the labels of a file of KEY=VALUE lines."),
          many("--annotation", "", "KEY=VALUE", "Set an annotation; dev.kctl.* are kctl's own."),
          flag("--read-only", "", "Make the container's root read-only."),
          flag("--init", "", "Run an init that forwards signals and reaps zombies."),
          one("--cidfile", "", "FILE", "Write the container's id to a new file."),
          one("--detach-keys", "", "KEYS", "Keys that leave the container running."),
          one("--sig-proxy", "", "BOOL", "Hand signals on to the process (default true)."),
          flag("--quiet", "-q", "Show nothing of a pull."),
          one("--runtime", "", "VMM", "Virtual machine monitor to run it with."),
          one("--vmm", "", "VMM", "The same."),
          flag("--trace-start", "", "Print the time each step of the start took."));

  private RunFlags() {}

  static void addTo(CommandSpec spec) {
    for (var flag : HONOURED) {
      spec.addOption(
          switch (flag.kind()) {
            case FLAG -> Options.flag(flag.name(), flag.letter(), flag.description());
            case ONE -> Options.value(flag.name(), flag.letter(), flag.label(), flag.description());
            case MANY ->
                Options.values(flag.name(), flag.letter(), flag.label(), flag.description());
          });
    }
  }

  /**
   * Turns {@code --rm=false} and the like into what they mean, up to the image: Docker's parser
   * takes values for flags, picocli's only for all or none.
   */
  static List<String> withoutBooleans(List<String> words) {
    var plain = new ArrayList<String>(words.size());
    var at = 0;
    while (at < words.size() && words.get(at).startsWith("-") && !words.get(at).equals("--")) {
      var word = words.get(at++);
      var equals = word.indexOf('=');
      if (equals > 0) {
        addDecided(plain, word, equals);
      } else {
        plain.add(word);
        if (takesNext(word) && at < words.size()) {
          plain.add(words.get(at++));
        }
      }
    }
    plain.addAll(words.subList(at, words.size()));
    return plain;
  }

  private static void addDecided(List<String> plain, String word, int equals) {
    var flag = find(word.substring(0, equals));
    if (flag == null || flag.kind() != Kind.FLAG) {
      plain.add(word);
      return;
    }
    if (isTrue(flag.name(), word.substring(equals + 1))) {
      plain.add(flag.name());
    }
  }

  static boolean isTrue(String flag, String value) {
    return switch (value) {
      case "true", "TRUE", "True", "t", "T", "1" -> true;
      case "false", "FALSE", "False", "f", "F", "0" -> false;
      default ->
          throw new UsageError("invalid value " + value + " for " + flag + ": not true or false");
    };
  }

  /** A cluster like {@code -itm} takes the next word when its last letter does. */
  private static boolean takesNext(String word) {
    var flag = find(word);
    if (flag == null && !word.startsWith("--")) {
      for (var i = 1; i < word.length(); i++) {
        flag = find("-" + word.charAt(i));
        if (flag == null || flag.kind() != Kind.FLAG) {
          return flag != null && i == word.length() - 1;
        }
      }
    }
    return flag != null && flag.kind() != Kind.FLAG;
  }

  private static @Nullable RunFlag find(String word) {
    for (var flag : HONOURED) {
      if (word.equals(flag.name()) || word.equals(flag.letter())) {
        return flag;
      }
    }
    return null;
  }

  private static RunFlag flag(String name, String letter, String description) {
    return new RunFlag(name, letter, "", Kind.FLAG, description);
  }

  private static RunFlag one(String name, String letter, String label, String description) {
    return new RunFlag(name, letter, label, Kind.ONE, description);
  }

  private static RunFlag many(String name, String letter, String label, String description) {
    return new RunFlag(name, letter, label, Kind.MANY, description);
  }

  /** Whether a flag takes no value, one, or one each time it is given. */
  enum Kind {
    FLAG,
    ONE,
    MANY
  }

  /** A flag that is honoured. */
  record RunFlag(String name, String letter, String label, Kind kind, String description) {}
}
