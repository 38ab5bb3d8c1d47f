package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command of the hot tier and all it understands there; a test holds it to the picocli model.
 *
 * @param names whether it takes names, one at least
 */
record HotCommand(String name, boolean names, List<HotFlag> flags) {
  static final List<HotCommand> ALL =
      List.of(
          new HotCommand(
              "ps",
              false,
              List.of(
                  new HotFlag("--all", "-a"),
                  new HotFlag("--quiet", "-q"),
                  new HotFlag("--no-trunc", ""))),
          new HotCommand(
              "images",
              false,
              List.of(new HotFlag("--quiet", "-q"), new HotFlag("--no-trunc", ""))),
          new HotCommand("inspect", true, List.of()),
          new HotCommand("version", false, List.of()));

  /** A flag without a value. */
  record HotFlag(String name, String letter) {}

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
    var given = new ArrayList<String>();
    var at = 1;
    while (at < words.size() && words.get(at).startsWith("-")) {
      if (!take(words.get(at), given)) {
        return null;
      }
      at++;
    }
    var rest = words.subList(at, words.size());
    for (var word : rest) {
      if (word.isEmpty() || word.startsWith("-")) {
        return null;
      }
    }
    return names == rest.isEmpty() ? null : new HotLine(name, given, rest);
  }

  private boolean take(String word, List<String> given) {
    if (word.startsWith("--")) {
      return add(word, given);
    }
    var all = word.length() > 1;
    for (var at = 1; at < word.length() && all; at++) {
      all = add("-" + word.charAt(at), given);
    }
    return all;
  }

  private boolean add(String nameOrLetter, List<String> given) {
    for (var flag : flags) {
      if (nameOrLetter.equals(flag.name()) || nameOrLetter.equals(flag.letter())) {
        given.add(flag.name());
        return true;
      }
    }
    return false;
  }

  /** A parsed line: the flags given by their long names, and the names after them. */
  record HotLine(String command, List<String> given, List<String> rest) {
    boolean has(String flag) {
      return given.contains(flag);
    }
  }
}
