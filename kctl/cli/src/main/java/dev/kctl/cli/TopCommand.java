package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists the processes of a container. */
final class TopCommand implements Command {
  private static final int NARROWEST = 20;

  @Override
  public CommandSpec spec() {
    var spec = Options.command("top", "List the processes of a container.");
    spec.parser().stopAtPositional(true);
    return spec.addPositional(Options.arguments("CONTAINER [PS_OPTION...]", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var query = new Query();
    query.add("ps_args", String.join(" ", words.subList(1, words.size())));
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/containers/" + Engine.encode(words.getFirst()) + "/top" + query);
    }
    var top = Json.parseObject(answer);
    var lines = new ArrayList<List<String>>();
    lines.add(harmless(top.list("Titles")));
    for (var process : top.list("Processes")) {
      lines.add(harmless(process instanceof List<?> cells ? cells : List.of()));
    }
    var out = new StringBuilder();
    Table.ofLines(lines).withColumnsOf(NARROWEST).appendTo(out);
    session.out().print(out);
    return ExitCode.OK;
  }

  private static List<String> harmless(List<?> cells) {
    return cells.stream().map(cell -> Harmless.text(String.valueOf(cell))).toList();
  }
}
