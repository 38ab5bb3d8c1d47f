package dev.kctl.cli;

import dev.kctl.template.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows what containers use, and what their machines cost the host. */
final class StatsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("stats", "Show what containers use, and what they cost the host.")
        .addOption(Options.flag("--all", "-a", "Show those too that do not run."))
        .addOption(Options.format(Options.TABLE_FORMAT))
        .addOption(Options.flag("--no-stream", "", "Show it once."))
        .addOption(Options.flag("--no-trunc", "", "Do not shorten ids."))
        .addPositional(Options.arguments("CONTAINER...", "0..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    var whole = arguments.hasMatchedOption("--no-trunc");
    var format = arguments.matchedOptionValue("--format", "");
    try (var engine = session.engine().get()) {
      var all = arguments.hasMatchedOption("--all");
      if (!arguments.hasMatchedOption("--no-stream")) {
        return new StatsBoard(session, engine, names, all, whole).show(format);
      }
      var wanted = names.isEmpty() ? ids(engine, all) : names;
      session.out().print(StatsSample.listing().render(format, once(engine, wanted, whole)));
    }
    return ExitCode.OK;
  }

  /** Each takes the engine two samples: all at the same time. */
  private static List<Row> once(Engine engine, List<String> names, boolean whole) {
    var samples = new ArrayList<CompletableFuture<Row>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var name : names) {
        samples.add(CompletableFuture.supplyAsync(() -> sample(engine, name, whole), threads));
      }
      return samples.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CliException reason) {
        throw reason;
      }
      throw e;
    }
  }

  private static Row sample(Engine main, String name, boolean whole) {
    try (var engine = main.another()) {
      var stats = engine.get("/containers/" + Engine.encode(name) + "/stats?stream=0");
      return new StatsSample(Json.parseObject(stats)).row(whole);
    }
  }

  static List<String> ids(Engine engine, boolean all) {
    return PsCommand.objects(engine.get("/containers/json" + (all ? "?all=1" : ""))).stream()
        .map(container -> container.string("Id"))
        .toList();
  }
}
