package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints the version; the hot tier answers it unless another engine was named. */
final class VersionCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("version", "Print the version.");
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var out = HotTier.version();
    if (session.settings().host() != null) {
      try (var engine = session.engine().get()) {
        var version = Json.parseObject(engine.get("/version"));
        out.append("Engine:   ").append(version.string("Version")).append('\n');
      }
    }
    session.out().print(out);
    return ExitCode.OK;
  }
}
