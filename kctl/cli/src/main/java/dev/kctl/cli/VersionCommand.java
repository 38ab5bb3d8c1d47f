package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints the version; the hot tier answers it unless another engine or a form was named. */
final class VersionCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("version", "Print the version.")
        .addOption(Options.format("json, or a template in Go's language.", "-f"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var format = arguments.matchedOptionValue("--format", "");
    if (!format.isEmpty()) {
      var template = ObjectFormat.parse(format);
      session.out().line(template.of(both(session)));
      return ExitCode.OK;
    }
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

  /** In the form of Docker's client, of which scripts read {@code .Server.Version}. */
  private static String both(Session session) {
    try (var engine = session.engine().get()) {
      var json = new JsonWriter().beginObject().name("Client").beginObject();
      json.field("Version", BuildId.VERSION).field("ApiVersion", "1.51");
      json.field("DefaultAPIVersion", "1.51").field("GitCommit", BuildId.own());
      json.field("Os", "linux").field("Arch", System.getProperty("os.arch"));
      json.field("Context", "default").endObject();
      return json.name("Server").raw(engine.get("/version").strip()).endObject().toString();
    }
  }
}
