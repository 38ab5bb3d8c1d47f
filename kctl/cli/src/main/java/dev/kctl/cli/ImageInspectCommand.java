package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints all about images. */
final class ImageInspectCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("image inspect", "Print all that is known of images, as JSON.")
        .addPositional(Options.arguments("IMAGE...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    return new Inspection(session, List.of("/images/")).print(names);
  }
}
