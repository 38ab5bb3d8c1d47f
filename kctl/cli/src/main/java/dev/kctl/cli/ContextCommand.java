package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Tells how other programs that speak Docker's API find this engine. */
final class ContextCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command(
            "context", "Print how Docker's own client and its like find this engine.")
        .addPositional(Options.arguments("docker-host", "0..1"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var words = arguments.matchedPositionalValue(0, List.<String>of());
    var host = "unix://" + session.settings().socket();
    if (words.isEmpty()) {
      session
          .out()
          .print(
              "export DOCKER_HOST="
                  + Shell.quoted(host)
                  + "\ndocker context create kctl --docker "
                  + Shell.quoted("host=" + host)
                  + "\n");
      return ExitCode.OK;
    }
    if (!words.getFirst().equals("docker-host")) {
      throw new UnknownCommand(
          "unknown command: context " + words.getFirst() + "; there is docker-host");
    }
    // Whoever evaluates this line is about to connect: there must be an engine then.
    session.engine().get().close();
    session.out().line("export DOCKER_HOST=" + Shell.quoted(host));
    return ExitCode.OK;
  }
}
