package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages, completions and man pages say what the commands' model says. After a change of a command:
 * {@code java -cp ... dev.kctl.cli.GenerateDocs --sources CHECKOUT}.
 */
class DocsDriftTest {
  private static final Path CHECKOUT = checkout();

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAPageWithItsOptions(CommandModel command) throws IOException {
    var page = Files.readString(CHECKOUT.resolve("docs/commands/" + command.fileName() + ".md"));
    assertThat(page).startsWith("# kctl " + command.name() + "\n");
    assertThat(GenerateDocs.withBlocks(page, command)).isEqualTo(page);
  }

  @Test
  void thePageOfRunHasEveryFlag() throws IOException {
    assertThat(Files.readString(CHECKOUT.resolve("docs/commands/run.md")))
        .contains(DocsBlock.runFlags());
  }

  @ParameterizedTest
  @CsvSource({"kctl.bash, bash", "_kctl, zsh", "kctl.fish, fish"})
  void completionsAreThoseOfTheModel(String file, String shell) throws IOException {
    var commands = CommandModel.all();
    var made =
        switch (shell) {
          case "bash" -> BashCompletion.script(commands);
          case "zsh" -> ZshCompletion.function(commands);
          default -> FishCompletion.commands(commands);
        };
    assertThat(Files.readString(CHECKOUT.resolve("completions/" + file))).isEqualTo(made);
    for (var command : commands) {
      assertThat(made).contains(command.name().substring(command.name().indexOf(' ') + 1));
    }
  }

  @Test
  void writesAManPageForEveryCommand(@TempDir Path share) throws IOException {
    GenerateDocs.main(new String[] {share.toString()});
    var names = new ArrayList<String>(List.of("kctl.1"));
    for (var command : CommandModel.all()) {
      names.add("kctl-" + command.fileName() + ".1");
      var page = Files.readString(share.resolve("man/man1/kctl-" + command.fileName() + ".1"));
      for (var option : command.options()) {
        assertThat(page.replace("\\-", "-")).contains(".B " + option.synopsis());
      }
    }
    try (var pages = Files.list(share.resolve("man/man1"))) {
      assertThat(pages.map(page -> page.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(completed("kctl", "ru")).containsExactly("run");
    assertThat(completed("kctl", "run", "--detach-")).containsExactly("--detach-keys");
    assertThat(completed("kctl", "--root", "/x", "rm", "--for")).containsExactly("--force");
    assertThat(completed("kctl", "image", "in")).containsExactly("inspect");
    assertThat(completed("kctl", "image", "rm", "--fo")).containsExactly("--force");
    assertThat(completed("kctl", "container", "ls", "--no-t")).containsExactly("--no-trunc");
    assertThat(completed("kctl", "container", "pru")).containsExactly("prune");
    assertThat(completed("kctl", "run", "--pull", "a")).containsExactly("always");
  }

  private static List<String> completed(String... words) throws Exception {
    var script =
        "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _kctl; "
            + "printf '%s\\n' \"${COMPREPLY[@]}\"";
    var command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.add(CHECKOUT.resolve("completions/kctl.bash").toString());
    command.addAll(List.of(words));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var lines = process.inputReader()) {
      return lines.lines().filter(line -> !line.isEmpty()).toList();
    }
  }

  static Stream<CommandModel> commands() {
    return CommandModel.all().stream();
  }

  private static Path checkout() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("completions"))) {
        return folder;
      }
    }
    throw new AssertionError("not inside a checkout: " + Path.of("").toAbsolutePath());
  }
}
