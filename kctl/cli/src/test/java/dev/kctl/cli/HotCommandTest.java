package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.cli.HotCommand.HotFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The hot tier's table says nothing that the full tier's model does not say too. */
class HotCommandTest {
  @Test
  void knowsTheFlagsOfTheModel() {
    for (var hot : HotCommand.ALL) {
      var spec = Objects.requireNonNull(Commands.find(hot.name())).spec();
      for (var flag : hot.flags()) {
        var option = Objects.requireNonNull(spec.findOption(flag.name()), flag.name());
        assertThat(option.arity().max() > 0).isEqualTo(flag.takesValue());
        var letters = new ArrayList<>(List.of(option.names()));
        letters.remove(flag.name());
        assertThat(String.join("", letters)).isEqualTo(flag.letter());
      }
      assertThat(spec.positionalParameters().stream().anyMatch(words -> words.required()))
          .isEqualTo(hot.names() > 0);
    }
  }

  @Property
  void readsALineAsTheModelDoes(@ForAll("lines") List<String> line) {
    var hot = Objects.requireNonNull(HotCommand.find(line.getFirst()));
    var read = hot.parse(line);
    if (read == null) {
      return;
    }
    var model = new CommandLine(Commands.spec(Objects.requireNonNull(Commands.find(hot.name()))));
    try {
      var parsed = model.parseArgs(line.subList(1, line.size()).toArray(String[]::new));
      for (HotFlag flag : hot.flags()) {
        assertThat(read.has(flag.name())).isEqualTo(parsed.hasMatchedOption(flag.name()));
        if (flag.takesValue()) {
          assertThat(read.value(flag.name(), ""))
              .isEqualTo(parsed.matchedOptionValue(flag.name(), ""));
        }
      }
      var words =
          parsed.matchedPositionals().stream()
              .flatMap(positional -> positional.stringValues().stream())
              .toList();
      assertThat(words).isEqualTo(read.rest());
    } catch (ParameterException e) {
      throw new AssertionError("the hot tier takes what the model refuses: " + line, e);
    }
  }

  @Provide
  Arbitrary<List<String>> lines() {
    var words =
        Arbitraries.of(
            "-a",
            "-q",
            "-aq",
            "-qa",
            "--all",
            "--quiet",
            "--no-trunc",
            "--al",
            "--all=true",
            "-",
            "--",
            "-x",
            "name",
            "other",
            "",
            "--help",
            "-qx",
            "--type",
            "-n",
            "-l",
            "-ln",
            "--last=3",
            "--tail",
            "-t",
            "5");
    var commands = Arbitraries.of("ps", "images", "inspect", "logs", "version");
    return commands.flatMap(
        command ->
            words
                .list()
                .ofMaxSize(4)
                .map(
                    rest -> {
                      var line = new ArrayList<>(List.of(command));
                      line.addAll(rest);
                      return line;
                    }));
  }
}
