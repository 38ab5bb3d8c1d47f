package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints all about containers, else images; the hot tier answers for containers. */
final class InspectCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("inspect", "Print all that is known of containers or images, as JSON.")
        .addOption(Options.value("--type", "", "KIND", "Only a container, or only an image."))
        .addPositional(Options.arguments("NAME...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var paths = paths(arguments.matchedOptionValue("--type", ""));
    return new Inspection(session, paths).print(names);
  }

  private static List<String> paths(String kind) {
    return switch (kind) {
      case "" -> List.of("/containers/", "/images/");
      case "container" -> List.of("/containers/");
      case "image" -> List.of("/images/");
      default ->
          throw new UsageError("invalid value " + kind + " for --type: not container or image");
    };
  }
}
