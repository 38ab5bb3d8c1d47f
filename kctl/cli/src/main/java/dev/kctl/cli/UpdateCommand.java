package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Changes the bounds and the restart policy of containers, of running ones too. */
final class UpdateCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("update", "Change the bounds and the restart policy of containers.")
        .addOption(Options.value("--cpu-period", "", "MICROS", "Period of the processor quota."))
        .addOption(Options.value("--cpu-quota", "", "MICROS", "Processor time in each period."))
        .addOption(
            Options.value("--cpu-shares", "-c", "NUMBER", "Weight among its machine's processes."))
        .addOption(Options.value("--cpus", "", "NUMBER", "Limit of processors, such as 1.5."))
        .addOption(Options.value("--cpuset-cpus", "", "LIST", "Processors of its machine: 0-2,4."))
        .addOption(Options.value("--cpuset-mems", "", "LIST", "Memory nodes: there is one, 0."))
        .addOption(Options.value("--memory", "-m", "SIZE", "Limit of memory, such as 512m or 2g."))
        .addOption(Options.value("--memory-reservation", "", "SIZE", "Memory that is left to it."))
        .addOption(Options.value("--memory-swap", "", "SIZE", "Memory and swap; there is none."))
        .addOption(Options.value("--pids-limit", "", "NUMBER", "Limit of processes; -1: none."))
        .addOption(
            Options.value(
                "--restart", "", "POLICY", "no, on-failure[:TIMES], always or unless-stopped."))
        .addPositional(Options.arguments("CONTAINER...", "1..*"));
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    if (arguments.matchedOptions().isEmpty()) {
      throw new NotPossible("you must provide one or more flags when using this command");
    }
    var json = new JsonWriter().beginObject();
    ResourceFlags.write(arguments, json);
    if (arguments.hasMatchedOption("--restart")) {
      RestartPolicy.parse(arguments.matchedOptionValue("--restart", "")).write(json);
    }
    var body = json.endObject().toString();
    try (var engine = session.engine().get()) {
      return EachTarget.run(
          names,
          session,
          name -> {
            var answer = engine.post("/containers/" + Engine.encode(name) + "/update", body);
            for (var warning : Json.parseObject(answer).strings("Warnings")) {
              session.err().line(warning);
            }
            session.out().line(name);
          });
    }
  }
}
