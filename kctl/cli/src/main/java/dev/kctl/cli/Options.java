package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The few shapes that options and arguments have. */
final class Options {
  /** What {@code --format} takes where there is a list. */
  static final String TABLE_FORMAT = "table, table TEMPLATE, json, or a template in Go's language.";

  private Options() {}

  static CommandSpec command(String name, String description) {
    var spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description);
    spec.parser().overwrittenOptionsAllowed(true);
    return spec;
  }

  static OptionSpec flag(String name, String letter, String description) {
    return named(name, letter).type(boolean.class).arity("0").description(description).build();
  }

  static OptionSpec value(String name, String letter, String label, String description) {
    return named(name, letter)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  static OptionSpec values(String name, String letter, String label, String description) {
    return named(name, letter)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  static OptionSpec format(String description) {
    return value("--format", "", "FORMAT", description);
  }

  static OptionSpec format(String description, String letter) {
    return value("--format", letter, "FORMAT", description);
  }

  /** Understood, but not shown to anybody: an older name. */
  static OptionSpec hidden(OptionSpec option) {
    return option.toBuilder().hidden(true).build();
  }

  static PositionalParamSpec arguments(String label, String arity) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .arity(arity)
        .required(!arity.startsWith("0"))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .build();
  }

  static PositionalParamSpec argument(String label) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .arity("1")
        .required(true)
        .index("0")
        .type(String.class)
        .build();
  }

  private static OptionSpec.Builder named(String name, String letter) {
    return letter.isEmpty() ? OptionSpec.builder(name) : OptionSpec.builder(letter, name);
  }
}
