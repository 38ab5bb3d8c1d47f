package dev.kctl.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Makes a network. */
final class NetworkCreateCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("network create", "Make a network for containers.")
        .addOption(Options.flag("--attachable", "", "Of no meaning here: every network is."))
        .addOption(Options.value("--driver", "-d", "DRIVER", "bridge, the only one there is."))
        .addOption(Options.values("--gateway", "", "IP", "Address of the host on a subnet."))
        .addOption(Options.flag("--internal", "", "Let nothing lead out of it or into it."))
        .addOption(
            Options.values("--ip-range", "", "SUBNET", "Part of a subnet to take addresses from."))
        .addOption(Options.value("--ipv4", "", BooleanFlags.LABEL, "Addresses of IPv4; always."))
        .addOption(Options.value("--ipv6", "", BooleanFlags.LABEL, "Addresses of IPv6 too."))
        .addOption(Options.values("--label", "", "KEY=VALUE", "Set a label of the network."))
        .addOption(Options.values("--opt", "-o", "KEY=VALUE", "mtu=BYTES, and Docker's names."))
        .addOption(Options.value("--scope", "", "SCOPE", "local, the only one there is."))
        .addOption(Options.values("--subnet", "", "SUBNET", "Its addresses, such as 10.9.0.0/24."))
        .addPositional(Options.argument("NETWORK"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var json = new JsonWriter().beginObject();
    json.field("Name", arguments.matchedPositionalValue(0, ""));
    json.field("Driver", arguments.matchedOptionValue("--driver", "bridge"));
    json.field("Scope", arguments.matchedOptionValue("--scope", ""));
    for (var family : List.of("--ipv4", "--ipv6")) {
      if (arguments.hasMatchedOption(family)) {
        var value = arguments.matchedOptionValue(family, "");
        json.field("EnableIPv" + family.charAt(5), BooleanFlags.isTrue(family, value));
      }
    }
    json.field("Internal", arguments.hasMatchedOption("--internal"));
    json.field("Attachable", arguments.hasMatchedOption("--attachable"));
    SubnetFlags.of(
            arguments.matchedOptionValue("--subnet", List.of()),
            arguments.matchedOptionValue("--ip-range", List.of()),
            arguments.matchedOptionValue("--gateway", List.of()))
        .write(json);
    json.field("Options", pairs(arguments, "--opt")).field("Labels", pairs(arguments, "--label"));
    var body = json.endObject().toString();
    try (var engine = session.engine().get()) {
      var created = Json.parseObject(engine.post("/networks/create", body));
      if (!created.string("Warning").isEmpty()) {
        session.err().line("WARNING: " + created.string("Warning"));
      }
      session.out().line(created.string("Id"));
    }
    return ExitCode.OK;
  }

  private static Map<String, String> pairs(ParseResult arguments, String flag) {
    return RunRequest.pairs(flag, arguments.matchedOptionValue(flag, List.of()));
  }
}
