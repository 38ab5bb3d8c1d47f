package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command of the hot tier and all it understands there; a test holds it to the picocli model.
 *
 * @param names how many it takes at most; one at least unless none
 */
record HotCommand(String name, int names, List<HotFlag> flags) {
  private static final int MANY = Integer.MAX_VALUE;

  static final List<HotCommand> ALL =
      List.of(
          new HotCommand(
              "ps",
              0,
              List.of(
                  flag("--all", "-a"),
                  flag("--quiet", "-q"),
                  flag("--no-trunc", ""),
                  flag("--latest", "-l"),
                  value("--last", "-n"))),
          new HotCommand("images", 0, List.of(flag("--quiet", "-q"), flag("--no-trunc", ""))),
          new HotCommand("inspect", MANY, List.of()),
          new HotCommand("logs", 1, List.of(flag("--timestamps", "-t"), value("--tail", "-n"))),
          new HotCommand("version", 0, List.of()));

  /** A flag, and whether a value follows it. */
  record HotFlag(String name, String letter, boolean takesValue) {}

  private static HotFlag flag(String name, String letter) {
    return new HotFlag(name, letter, false);
  }

  private static HotFlag value(String name, String letter) {
    return new HotFlag(name, letter, true);
  }

  /** The command a line begins with, or null when the hot tier has none of that name. */
  static @Nullable HotCommand find(String name) {
    for (var command : ALL) {
      if (command.name.equals(name)) {
        return command;
      }
    }
    return null;
  }

  /** What the words after the command say, or null where the full tier must have a look. */
  @Nullable HotLine parse(List<String> words) {
    var line = new HotLine(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    var at = 1;
    while (at < words.size() && words.get(at).startsWith("-")) {
      var next = at + 1 < words.size() ? words.get(at + 1) : null;
      var taken = take(words.get(at), next, line);
      if (taken == 0) {
        return null;
      }
      at += taken;
    }
    for (var word : words.subList(at, words.size())) {
      if (word.isEmpty() || word.startsWith("-")) {
        return null;
      }
      line.rest.add(word);
    }
    var count = line.rest.size();
    return count > names || (count == 0) == (names > 0) ? null : line;
  }

  /** How many words it was: none when it is not understood. */
  private int take(String word, @Nullable String next, HotLine line) {
    if (word.startsWith("--")) {
      return named(word, next, line);
    }
    for (var at = 1; at < word.length(); at++) {
      var flag = find("-" + word.charAt(at), true);
      if (flag == null) {
        return 0;
      }
      if (flag.takesValue()) {
        // Whatever follows in the cluster is its value; picocli has ideas of its own about that.
        return at == word.length() - 1 ? withNext(flag, next, line) : 0;
      }
      line.add(flag, "");
    }
    return word.length() > 1 ? 1 : 0;
  }

  private int named(String word, @Nullable String next, HotLine line) {
    var equals = word.indexOf('=');
    var flag = find(equals < 0 ? word : word.substring(0, equals), false);
    if (flag == null || (equals >= 0 && !flag.takesValue())) {
      return 0;
    }
    if (!flag.takesValue()) {
      line.add(flag, "");
      return 1;
    }
    if (equals < 0) {
      return withNext(flag, next, line);
    }
    line.add(flag, word.substring(equals + 1));
    return 1;
  }

  private static int withNext(HotFlag flag, @Nullable String next, HotLine line) {
    if (next == null || next.isEmpty() || next.startsWith("-")) {
      return 0;
    }
    line.add(flag, next);
    return 2;
  }

  private @Nullable HotFlag find(String nameOrLetter, boolean letter) {
    for (var flag : flags) {
      if (nameOrLetter.equals(letter ? flag.letter() : flag.name())) {
        return flag;
      }
    }
    return null;
  }

  /** A parsed line: the flags given by their long names, their values, the names after them. */
  record HotLine(String command, List<String> given, List<String> values, List<String> rest) {
    boolean has(String flag) {
      return given.contains(flag);
    }

    /** The value given last. */
    String value(String flag, String otherwise) {
      var at = given.lastIndexOf(flag);
      return at < 0 ? otherwise : values.get(at);
    }

    private void add(HotFlag flag, String value) {
      given.add(flag.name());
      values.add(value);
    }
  }
}
