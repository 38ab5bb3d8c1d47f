package dev.kctl.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The arguments of `ps` by which somebody chooses the columns of `top`. There is no `ps` anywhere:
 * what it would print is made of what the agent tells, and only these are understood: `-e`, `-A`,
 * `-f`, `-w`, `-o FIELDS`, and `a`, `u`, `x`, `w`.
 */
final class PsArguments {
  private static final String KNOWN = "-e, -A, -f, -w, -o FIELDS and aux are understood";

  private final List<PsField> chosen = new ArrayList<>();
  private List<PsField> format = PsField.SHORT;

  private PsArguments() {}

  /** The columns; all processes of the container are shown whatever is asked. */
  static List<PsField> columns(String text) {
    var arguments = new PsArguments();
    var words = List.of(text.strip().split("\\s+")).iterator();
    while (words.hasNext()) {
      arguments.read(words.next(), words);
    }
    return arguments.chosen.isEmpty() ? arguments.format : arguments.chosen;
  }

  private void read(String word, Iterator<String> rest) {
    var dashed = word.startsWith("-") && !word.equals("-aux");
    var letters = word.startsWith("-") ? word.substring(1) : word;
    if (letters.isEmpty()) {
      throw refused(word);
    }
    for (var i = 0; i < letters.length(); i++) {
      var letter = letters.charAt(i);
      if (letter == 'o') {
        var attached = letters.substring(i + 1);
        choose(attached.isEmpty() && rest.hasNext() ? rest.next() : attached, word);
        return;
      }
      read(letter, dashed, word);
    }
  }

  private void read(char letter, boolean dashed, String word) {
    switch (letter) {
      case 'f' -> format = PsField.FULL;
      case 'e', 'A' -> {
        if (!dashed) {
          throw refused(word);
        }
      }
      case 'u' -> {
        if (dashed) {
          throw refused(word);
        }
        format = PsField.BSD;
      }
      case 'a', 'x', 'w' -> {}
      default -> throw refused(word);
    }
  }

  private void choose(String fields, String word) {
    if (fields.isEmpty()) {
      throw refused(word);
    }
    for (var name : fields.split(",", -1)) {
      chosen.add(
          PsField.named(name)
              .orElseThrow(
                  () ->
                      new EngineException.InvalidParameter(
                          "ps_args: unknown field \"" + name + "\" of " + word)));
    }
  }

  private static EngineException refused(String word) {
    return new EngineException.InvalidParameter(
        "ps_args: \"" + word + "\" is not understood: " + KNOWN);
  }
}
