package dev.kctl.cli;

/** What pages in docs/commands have from the model: usage and options, and run's refused flags. */
final class DocsBlock {
  private DocsBlock() {}

  static String options(CommandModel command) {
    var out = new StringBuilder("```\n").append(command.usage()).append("\n```\n\n");
    out.append("| option | meaning |\n|---|---|\n");
    for (var option : command.options()) {
      out.append("| `").append(option.synopsis()).append("` | ");
      out.append(option.description()).append(" |\n");
    }
    return out.toString();
  }

  /** Every flag of {@code docker run} with its fate. */
  static String runFlags() {
    var out = new StringBuilder("| flag | fate | why |\n|---|---|---|\n");
    for (var flag : RunFlags.HONOURED) {
      row(out, flag.name(), flag.letter(), "honoured", flag.description());
    }
    for (var flag : RefusedRunFlags.ALL) {
      row(
          out,
          flag.name(),
          flag.letter(),
          flag.meaningless() ? "meaningless" : "refused",
          flag.reason());
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String name, String letter, String fate, String why) {
    out.append("| `").append(name).append('`');
    out.append(letter.isEmpty() ? "" : ", `" + letter + "`");
    out.append(" | ").append(fate).append(" | ").append(why).append(" |\n");
  }
}
