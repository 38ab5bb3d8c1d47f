package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Turns {@code --rm=false} and the like into what they mean: Docker's parser takes values for
 * flags, picocli's only for all or none.
 */
final class BooleanFlags {
  /** Label of options that are a flag, but one whose default is true. */
  static final String LABEL = "BOOL";

  private final CommandSpec spec;
  private final List<String> plain = new ArrayList<>();

  private BooleanFlags(CommandSpec spec) {
    this.spec = spec;
  }

  /** The words as picocli can read them. */
  static List<String> resolved(CommandSpec spec, List<String> words) {
    var flags = new BooleanFlags(spec);
    flags.run(words);
    return flags.plain;
  }

  static boolean isTrue(String flag, String value) {
    return switch (value) {
      case "true", "TRUE", "True", "t", "T", "1" -> true;
      case "false", "FALSE", "False", "f", "F", "0" -> false;
      default ->
          throw new UsageError("invalid value " + value + " for " + flag + ": not true or false");
    };
  }

  private void run(List<String> words) {
    var at = 0;
    while (at < words.size() && !words.get(at).equals("--")) {
      var word = words.get(at++);
      if (!word.startsWith("-") || word.length() == 1) {
        plain.add(word);
        if (spec.parser().stopAtPositional()) {
          break;
        }
      } else if (word.startsWith("--")) {
        at = named(words, word, at);
      } else {
        plain.add(word);
        if (takesNext(word) && at < words.size()) {
          plain.add(words.get(at++));
        }
      }
    }
    plain.addAll(words.subList(at, words.size()));
  }

  private int named(List<String> words, String word, int next) {
    var equals = word.indexOf('=');
    var option = find(equals < 0 ? word : word.substring(0, equals));
    if (equals >= 0) {
      if (option == null || !isFlag(option)) {
        plain.add(word);
      } else if (isTrue(option.longestName(), word.substring(equals + 1))) {
        plain.add(option.longestName());
      }
      return next;
    }
    if (option != null && option.paramLabel().equals(LABEL)) {
      plain.add(word + "=true");
      return next;
    }
    plain.add(word);
    if (option != null && !isFlag(option) && next < words.size()) {
      plain.add(words.get(next));
      return next + 1;
    }
    return next;
  }

  /** A cluster like {@code -itm} takes the next word when its last letter does. */
  private boolean takesNext(String cluster) {
    for (var i = 1; i < cluster.length(); i++) {
      var option = find("-" + cluster.charAt(i));
      if (option == null || !isFlag(option)) {
        return option != null && i == cluster.length() - 1;
      }
    }
    return false;
  }

  private @Nullable OptionSpec find(String name) {
    return spec.optionsMap().get(name);
  }

  private static boolean isFlag(OptionSpec option) {
    return option.arity().max() == 0;
  }
}
