package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Runs a command in a new container and stays with it until it ends. */
final class RunCommand implements Command {
  @Override
  public CommandSpec spec() {
    var spec =
        Options.command("run", "Run a command in a new container, a virtual machine of its own.");
    spec.parser().stopAtPositional(true);
    RunFlags.addTo(spec, RunFlags.Use.RUN);
    return spec.addPositional(Options.arguments("IMAGE [COMMAND [ARGUMENT...]]", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var request = RunRequest.of(arguments, session.environment());
    return new ForegroundRun(request, session).run();
  }
}
