package dev.kctl.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints where the ports of a container are published. */
final class PortCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("port", "Print where the ports of a container are published.")
        .addPositional(Options.arguments("CONTAINER [PORT[/PROTOCOL]]", "1..2"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    if (words.size() > 1) {
      check(words.get(1));
    }
    String answer;
    try (var engine = session.engine().get()) {
      answer = engine.get("/containers/" + Engine.encode(words.getFirst()) + "/json");
    }
    var ports = Json.parseObject(answer).object("NetworkSettings").object("Ports");
    var lines = words.size() > 1 ? one(ports, words) : all(ports);
    lines.forEach(session.out()::line);
    return ExitCode.OK;
  }

  private static void check(String port) {
    var slash = port.indexOf('/');
    var number = slash < 0 ? port : port.substring(0, slash);
    try {
      PortRangeText.parse(number);
    } catch (NumberFormatException e) {
      throw new NotPossible("invalid port (" + number + "): " + e.getMessage());
    }
  }

  private static List<String> all(JsonObject ports) {
    var lines = new ArrayList<String>();
    ports.members().keySet().stream()
        .sorted(Comparator.comparingInt(PortCommand::number).thenComparing(port -> port))
        .forEach(port -> hosts(ports, port).forEach(host -> lines.add(port + " -> " + host)));
    return lines;
  }

  private static List<String> one(JsonObject ports, List<String> words) {
    var said = words.get(1);
    var hosts = hosts(ports, said.indexOf('/') < 0 ? said + "/tcp" : said);
    if (hosts.isEmpty()) {
      throw new NotPossible("no public port '" + said + "' published for " + words.getFirst());
    }
    return hosts;
  }

  /** Where one is published; nowhere when it is only exposed, or not known at all. */
  private static List<String> hosts(JsonObject ports, String port) {
    return ports.objects(port).stream()
        .map(host -> IpText.withPort(host.string("HostIp"), host.string("HostPort")))
        .toList();
  }

  private static int number(String port) {
    try {
      return Integer.parseInt(port.substring(0, Math.max(0, port.indexOf('/'))));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
