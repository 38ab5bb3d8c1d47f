package dev.kctl.cli;

import java.util.List;
import java.util.Locale;

/** Man pages in roff. */
final class ManPage {
  private static final String SEE_ALSO = "The documentation is in share/doc/kctl.\n";

  private ManPage() {}

  static String of(CommandModel command) {
    var out = head("kctl-" + command.fileName(), lowered(command.description()));
    out.append(".SH SYNOPSIS\n").append(text(command.usage())).append('\n');
    out.append(".SH DESCRIPTION\n").append(text(command.description())).append('\n');
    out.append(".SH OPTIONS\n");
    for (var option : command.options()) {
      item(out, option.synopsis(), option.description());
    }
    return out.append(".SH SEE ALSO\n.BR kctl (1)\n").append(SEE_ALSO).toString();
  }

  /** The page of {@code kctl} itself. */
  static String overview(List<CommandModel> commands) {
    var out = head("kctl", "containers that are virtual machines");
    out.append(".SH SYNOPSIS\nkctl [OPTION...] COMMAND [ARGUMENT...]\n");
    out.append(
        ".SH DESCRIPTION\nRuns images of containers, each in a virtual machine of its own.\n");
    out.append(".SH COMMANDS\n");
    for (var command : commands) {
      item(out, "kctl-" + command.fileName() + "(1)", command.description());
    }
    out.append(".SH OPTIONS\n");
    for (var option : Globals.OPTIONS) {
      var letter = option.letter().isEmpty() ? "" : option.letter() + ", ";
      var label = option.label().isEmpty() ? "" : " " + option.label();
      item(out, letter + option.name() + label, option.description());
    }
    out.append(".SH ENVIRONMENT\n");
    item(out, "KCTL_ROOT", "Folder of images and containers.");
    item(out, "KCTL_RUNTIME_DIR", "Folder of sockets and locks.");
    item(out, "KCTL_VMM", "Virtual machine monitor to use.");
    item(out, "KCTL_ACCEL", "kvm or tcg, instead of what the self-test finds.");
    out.append(".SH FILES\n");
    item(out, "/etc/kctl/config.json", "The machine's settings.");
    item(out, "$XDG_CONFIG_HOME/kctl/config.json", "The user's, which win over the machine's.");
    return out.append(".SH SEE ALSO\n").append(SEE_ALSO).toString();
  }

  private static StringBuilder head(String name, String summary) {
    return new StringBuilder(
            ".\\\" Made by dev.kctl.cli.GenerateDocs from the commands' own model.\n")
        .append(".TH ")
        .append(text(name).toUpperCase(Locale.ROOT))
        .append(" 1 \"\" \"kctl ")
        .append(BuildId.VERSION)
        .append("\"\n.SH NAME\n")
        .append(text(name))
        .append(" \\- ")
        .append(text(summary))
        .append('\n');
  }

  private static void item(StringBuilder out, String term, String description) {
    out.append(".TP\n.B ").append(text(term)).append('\n').append(text(description)).append('\n');
  }

  /** Hyphens as typed, and no line that roff would take for a request. */
  private static String text(String plain) {
    var escaped = plain.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private static String lowered(String sentence) {
    var end = sentence.endsWith(".") ? sentence.length() - 1 : sentence.length();
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1, end);
  }
}
