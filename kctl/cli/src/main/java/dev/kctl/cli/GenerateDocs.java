package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes man pages and completions below a {@code share} folder; with {@code --sources} the files
 * that are checked in, and the generated blocks of the pages in docs/commands.
 */
public final class GenerateDocs {
  private static final String BEGIN = "<!-- options -->\n";
  private static final String END = "<!-- end -->\n";
  private static final String BEGIN_FLAGS = "<!-- flags -->\n";

  private GenerateDocs() {}

  /** {@code GenerateDocs FOLDER}, or {@code GenerateDocs --sources CHECKOUT}. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 2 && arguments[0].equals("--sources")) {
      writeSources(Path.of(arguments[1]));
    } else if (arguments.length == 1) {
      writeShare(Path.of(arguments[0]));
    } else {
      throw new UsageError("use: GenerateDocs FOLDER, or GenerateDocs --sources CHECKOUT");
    }
  }

  private static void writeShare(Path share) throws IOException {
    var commands = CommandModel.all();
    write(share.resolve("man/man1/kctl.1"), ManPage.overview(commands));
    for (var command : commands) {
      write(share.resolve("man/man1/kctl-" + command.fileName() + ".1"), ManPage.of(command));
    }
    write(share.resolve("bash-completion/completions/kctl"), BashCompletion.script(commands));
    write(share.resolve("zsh/site-functions/_kctl"), ZshCompletion.function(commands));
    write(share.resolve("fish/vendor_completions.d/kctl.fish"), FishCompletion.commands(commands));
  }

  private static void writeSources(Path checkout) throws IOException {
    var commands = CommandModel.all();
    write(checkout.resolve("completions/kctl.bash"), BashCompletion.script(commands));
    write(checkout.resolve("completions/_kctl"), ZshCompletion.function(commands));
    write(checkout.resolve("completions/kctl.fish"), FishCompletion.commands(commands));
    for (var command : commands) {
      var page = checkout.resolve("docs/commands/" + command.fileName() + ".md");
      write(page, withBlocks(Files.readString(page), command));
    }
  }

  /** The page with its generated blocks as they must be. */
  static String withBlocks(String page, CommandModel command) {
    var filled = fill(page, BEGIN, DocsBlock.options(command));
    return page.contains(BEGIN_FLAGS) ? fill(filled, BEGIN_FLAGS, DocsBlock.runFlags()) : filled;
  }

  private static String fill(String page, String begin, String block) {
    var start = page.indexOf(begin) + begin.length();
    var end = page.indexOf(END, start);
    if (start < begin.length() || end < 0) {
      throw new UsageError("a page of docs/commands lacks " + begin.strip() + " or " + END.strip());
    }
    return page.substring(0, start) + block + page.substring(end);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
