package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Gives a container another name. */
final class RenameCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("rename", "Give a container another name.")
        .addPositional(Options.arguments("CONTAINER NEW_NAME", "2"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("name", words.get(1));
    try (var engine = session.engine().get()) {
      engine.post("/containers/" + Engine.encode(words.getFirst()) + "/rename" + query);
    }
    return ExitCode.OK;
  }
}
