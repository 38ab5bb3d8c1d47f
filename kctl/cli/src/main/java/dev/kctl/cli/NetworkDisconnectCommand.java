package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Takes a container from a network. */
final class NetworkDisconnectCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("network disconnect", "Take a container from a network.")
        .addOption(Options.flag("--force", "-f", "Though the container is not there any more."))
        .addPositional(Options.arguments("NETWORK CONTAINER", "2"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var body =
        new JsonWriter()
            .beginObject()
            .field("Container", words.get(1))
            .field("Force", arguments.hasMatchedOption("--force"))
            .endObject()
            .toString();
    try (var engine = session.engine().get()) {
      engine.post("/networks/" + Engine.encode(words.getFirst()) + "/disconnect", body);
    }
    return ExitCode.OK;
  }
}
