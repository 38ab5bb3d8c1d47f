package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Makes a container without starting it. */
final class CreateCommand implements Command {
  @Override
  public CommandSpec spec() {
    var spec = Options.command("create", "Make a container as run does, without starting it.");
    spec.parser().stopAtPositional(true);
    RunFlags.addTo(spec, RunFlags.Use.CREATE);
    return spec.addPositional(Options.arguments("IMAGE [COMMAND [ARGUMENT...]]", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var creation = new ContainerCreation(RunRequest.of(arguments, session.environment()), session);
    try (var engine = session.engine().get()) {
      session.out().line(creation.create(engine));
    }
    return ExitCode.OK;
  }
}
