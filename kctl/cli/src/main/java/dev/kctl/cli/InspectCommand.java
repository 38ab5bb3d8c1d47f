package dev.kctl.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints all about containers, else images, else networks; the hot tier answers for containers. */
final class InspectCommand implements Command {
  private final String name;
  private final String kind;

  private InspectCommand(String name, String kind) {
    this.name = name;
    this.kind = kind;
  }

  /** Looks for whatever has the name. */
  static InspectCommand any() {
    return new InspectCommand("inspect", "");
  }

  static InspectCommand containers() {
    return new InspectCommand("container inspect", "container");
  }

  static InspectCommand images() {
    return new InspectCommand("image inspect", "image");
  }

  static InspectCommand networks() {
    return new InspectCommand("network inspect", "network");
  }

  @Override
  public CommandSpec spec() {
    var spec =
        Options.command(name, "Print all that is known of " + what() + ", as JSON.")
            .addOption(Options.format("json, or a template in Go's language.", "-f"));
    if (kind.isEmpty()) {
      spec.addOption(
          Options.value("--type", "", "KIND", "Only a container, an image or a network."));
    }
    if (kind.equals("network")) {
      spec.addOption(Options.flag("--verbose", "-v", "Of no meaning here: all is printed."));
    } else if (!kind.equals("image")) {
      spec.addOption(
          Options.flag("--size", "-s", "Print what a container has written to its disk too."));
    }
    var label = kind.isEmpty() ? "NAME..." : kind.toUpperCase(Locale.ROOT) + "...";
    return spec.addPositional(Options.arguments(label, "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var type = kind.isEmpty() ? arguments.matchedOptionValue("--type", "") : kind;
    var size = arguments.matchedOptions().stream().anyMatch(o -> o.longestName().equals("--size"));
    var format = arguments.matchedOptionValue("--format", "");
    return new Inspection(session, places(type, size), format).print(names);
  }

  private String what() {
    return kind.isEmpty() ? "containers, images or networks" : kind + "s";
  }

  private static List<Inspection.Place> places(String type, boolean size) {
    var container =
        new Inspection.Place("container", "/containers/", size ? "/json?size=1" : "/json");
    var image = new Inspection.Place("image", "/images/", "/json");
    var network = new Inspection.Place("network", "/networks/", "");
    return switch (type) {
      case "" -> List.of(container, image, network);
      case "container" -> List.of(container);
      case "image" -> List.of(image);
      case "network" -> List.of(network);
      default ->
          throw new NotPossible(
              "unknown type: \""
                  + type
                  + "\": must be one of \"container\", \"image\", \"network\"");
    };
  }
}
