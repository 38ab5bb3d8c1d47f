package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Stops all processes of containers where they are, or lets them go on. */
final class FreezeCommand implements Command {
  private final String name;
  private final String summary;

  private FreezeCommand(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  static FreezeCommand pause() {
    return new FreezeCommand("pause", "Stop all processes of containers where they are.");
  }

  static FreezeCommand unpause() {
    return new FreezeCommand("unpause", "Let the processes of paused containers go on.");
  }

  @Override
  public CommandSpec spec() {
    return Options.command(name, summary).addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          container -> {
            engine.post("/containers/" + Engine.encode(container) + "/" + name);
            session.out().line(container);
          });
    }
  }
}
