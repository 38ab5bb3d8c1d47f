package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says before the command, and the words from the command on.
 *
 * @param words the command and its arguments; empty when there is none
 */
record Globals(
    @Nullable String root,
    @Nullable String runtimeDir,
    @Nullable String host,
    boolean debug,
    boolean help,
    boolean version,
    List<String> words) {

  /** The options that come before the command, for help texts and completions. */
  static final List<GlobalOption> OPTIONS =
      List.of(
          new GlobalOption("--root", "", "DIR", "Folder of images and containers (KCTL_ROOT)."),
          new GlobalOption(
              "--runtime-dir", "", "DIR", "Folder of sockets and locks (KCTL_RUNTIME_DIR)."),
          new GlobalOption(
              "--host", "-H", "SOCKET", "Socket of another engine, as unix:///path; starts none."),
          new GlobalOption("--debug", "-D", "", "Print what caused an error."),
          new GlobalOption("--help", "-h", "", "Print the commands."),
          new GlobalOption("--version", "-v", "", "Print the version."));

  /** One option before the command; an empty label means that it takes no value. */
  record GlobalOption(String name, String letter, String label, String description) {
    boolean takesValue() {
      return !label.isEmpty();
    }
  }

  /** Whether a line that cannot be read was meant to run something: its exit codes differ. */
  static boolean wantsRun(String[] arguments) {
    for (var word : arguments) {
      if (word.equals("run")) {
        return true;
      }
    }
    return false;
  }

  static Globals parse(String[] arguments) {
    return new Parser(arguments).parse();
  }

  private static final class Parser {
    private final String[] arguments;
    private final String[] values = new String[OPTIONS.size()];
    private int at;

    Parser(String[] arguments) {
      this.arguments = arguments;
    }

    Globals parse() {
      while (at < arguments.length && arguments[at].startsWith("-") && option(arguments[at])) {
        at++;
      }
      var words = new ArrayList<String>();
      while (at < arguments.length) {
        words.add(arguments[at++]);
      }
      return new Globals(
          values[0],
          values[1],
          values[2],
          values[3] != null,
          values[4] != null,
          values[5] != null,
          words);
    }

    private boolean option(String word) {
      var equals = word.startsWith("--") ? word.indexOf('=') : -1;
      var name = equals < 0 ? word : word.substring(0, equals);
      for (var i = 0; i < values.length; i++) {
        var option = OPTIONS.get(i);
        if (name.equals(option.name()) || name.equals(option.letter())) {
          values[i] = option.takesValue() ? value(word, equals) : flag(word, equals);
          return true;
        }
      }
      throw new UsageError(
          "unknown flag: "
              + word
              + Suggestion.among(name, OPTIONS.stream().map(GlobalOption::name)));
    }

    private String value(String word, int equals) {
      if (equals >= 0) {
        return word.substring(equals + 1);
      }
      if (++at == arguments.length) {
        throw new UsageError("flag " + word + " wants a value");
      }
      return arguments[at];
    }

    private static String flag(String word, int equals) {
      if (equals >= 0) {
        throw new UsageError("flag " + word.substring(0, equals) + " takes no value");
      }
      return word;
    }
  }
}
