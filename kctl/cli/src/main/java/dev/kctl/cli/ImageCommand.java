package dev.kctl.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The commands about images under one name, as Docker groups them too. */
final class ImageCommand implements Command {
  static final List<String> NAMES = List.of("inspect", "ls", "pull", "rm");

  @Override
  public CommandSpec spec() {
    var spec = Options.command("image", "Manage images: inspect, ls, pull, rm.");
    spec.parser().stopAtPositional(true);
    return spec.addPositional(Options.arguments("COMMAND [ARGUMENT...]", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var name = words.getFirst();
    var command = find(name);
    if (command == null) {
      throw new UnknownCommand(
          "unknown command: image " + name + Suggestion.among(name, NAMES.stream()));
    }
    return FullTier.dispatch(command, words.subList(1, words.size()), session);
  }

  static @Nullable Command find(String name) {
    return switch (name) {
      case "inspect" -> new ImageInspectCommand();
      case "ls" -> new ImagesCommand("image ls");
      case "pull" -> new PullCommand("image pull");
      case "rm" -> new RmiCommand("image rm");
      default -> null;
    };
  }
}
