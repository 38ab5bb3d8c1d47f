package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Removes images. */
final class RmiCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("rmi", "Remove images, and the layers that no other image has.")
        .addOption(Options.flag("--force", "-f", "Remove it though it has several names."))
        .addPositional(Options.arguments("IMAGE...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> images = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("force", arguments.hasMatchedOption("--force") ? "1" : "");
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          images,
          session,
          image -> print(engine.delete("/images/" + Engine.path(image) + query), session));
    }
  }

  private static void print(String answer, Session session) {
    for (var removed : PsCommand.objects(answer)) {
      for (var what : List.of("Untagged", "Deleted")) {
        if (removed.has(what)) {
          session.out().line(what + ": " + removed.string(what));
        }
      }
    }
  }
}
