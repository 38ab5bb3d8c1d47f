package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Puts a container on one more network. */
final class NetworkConnectCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("network connect", "Put a container on one more network.")
        .addOption(Options.values("--alias", "", "NAME", "One more name there."))
        .addOption(Options.values("--driver-opt", "", "KEY=VALUE", "Option of the driver."))
        .addOption(
            Options.value("--gw-priority", "", "NUMBER", "The highest one's gateway is used."))
        .addOption(Options.value("--ip", "", "IP", "IPv4 address there."))
        .addOption(Options.value("--ip6", "", "IP", "IPv6 address there."))
        .addPositional(Options.arguments("NETWORK CONTAINER", "2"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var priority = arguments.matchedOptionValue("--gw-priority", "");
    var wishes =
        new EndpointWishes(
            arguments.matchedOptionValue("--alias", List.of()),
            arguments.matchedOptionValue("--ip", ""),
            arguments.matchedOptionValue("--ip6", ""),
            "",
            EndpointWishes.driverOptions(arguments.matchedOptionValue("--driver-opt", List.of())),
            priority.isEmpty() ? null : Numbers.whole("--gw-priority", priority));
    var json = new JsonWriter().beginObject().field("Container", words.get(1));
    wishes.write(json.name("EndpointConfig"));
    var body = json.endObject().toString();
    try (var engine = session.engine().get()) {
      engine.post("/networks/" + Engine.encode(words.getFirst()) + "/connect", body);
    }
    return ExitCode.OK;
  }
}
