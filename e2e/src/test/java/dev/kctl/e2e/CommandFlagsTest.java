package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every flag of every page in {@code docs/commands} is given to that command by a test here. */
class CommandFlagsTest {
  private static final Pattern OPTION = Pattern.compile("\\| `(-[^`]*)` \\|");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  @Test
  void usesEveryDocumentedFlag() throws IOException {
    var statements = statements();
    var unused = new ArrayList<String>();
    for (var page : files(Checkout.top().resolve("docs/commands"), ".md")) {
      var name = page.getFileName().toString().replace(".md", "");
      for (var option : OPTION.matcher(options(page)).results().toList()) {
        var spellings = spellings(option.group(1));
        if (!spellings.contains("--help")
            && statements.stream().noneMatch(words -> uses(words, name, spellings))) {
          unused.add(name + " " + option.group(1));
        }
      }
    }
    assertThat(unused).as("flags that no end-to-end test uses").isEmpty();
  }

  /** `-i, --interactive` or `--name NAME`: the spellings alone. */
  private static List<String> spellings(String option) {
    var spellings = new ArrayList<String>();
    for (var part : option.split(", ", -1)) {
      spellings.add(part.split(" ", 2)[0]);
    }
    return spellings;
  }

  private static boolean uses(Set<String> words, String page, List<String> spellings) {
    // What create takes is what run takes: they share the reading of it. A page such as system-df
    // is
    // that of two words.
    var command = page.equals("create") ? List.of("run") : List.of(page.split("-", -1));
    return words.containsAll(command)
        && words.stream().anyMatch(word -> spellings.stream().anyMatch(s -> isOf(word, s)));
  }

  private static boolean isOf(String word, String spelling) {
    if (spelling.startsWith("--")) {
      return word.equals(spelling) || word.startsWith(spelling + "=");
    }
    // Letters may stand together: -aq.
    return word.matches("-[a-zA-Z]+") && word.indexOf(spelling.charAt(1)) > 0;
  }

  /** The words of the texts of each statement in the tests' sources. */
  private static List<Set<String>> statements() throws IOException {
    var statements = new ArrayList<Set<String>>();
    for (var file : files(Checkout.top().resolve("e2e/src/test/java/dev/kctl/e2e"), "IT.java")) {
      for (var statement : Files.readString(file).split(";\n", -1)) {
        var words = new HashSet<String>();
        LITERAL
            .matcher(statement)
            .results()
            .forEach(literal -> words.addAll(List.of(literal.group(1).split("\\s+", -1))));
        statements.add(words);
      }
    }
    return statements;
  }

  private static String options(Path page) throws IOException {
    var text = Files.readString(page);
    var begin = text.indexOf("<!-- options -->");
    return begin < 0 ? "" : text.substring(begin, text.indexOf("<!-- end -->", begin));
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (var all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
