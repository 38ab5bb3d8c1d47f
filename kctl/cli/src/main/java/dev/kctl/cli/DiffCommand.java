package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists what differs from the image. */
final class DiffCommand implements Command {
  /** In the order of the API's numbers. */
  private static final String KINDS = "CAD";

  @Override
  public CommandSpec spec() {
    return Options.command("diff", "List the files that a container has changed, added, deleted.")
        .addPositional(Options.argument("CONTAINER"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var container = arguments.matchedPositionalValue(0, "");
    var out = new StringBuilder();
    try (var engine = session.engine().get()) {
      var changes = engine.get("/containers/" + Engine.encode(container) + "/changes");
      for (var change : PsCommand.objects(changes)) {
        var kind = (int) change.number("Kind");
        out.append(kind >= 0 && kind < KINDS.length() ? KINDS.charAt(kind) : '?');
        out.append(' ').append(Harmless.text(change.string("Path"))).append('\n');
      }
    }
    session.out().print(out);
    return ExitCode.OK;
  }
}
