package dev.kctl.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of {@code run} that are honoured; {@link RefusedRunFlags} has Docker's others. */
final class RunFlags {
  static final List<RunFlag> HONOURED =
      List.of(
          flag("--detach", "-d", "Do not stay with it: print its id."),
          flag("--interactive", "-i", "Keep standard input open and hand it to the process."),
          flag("--tty", "-t", "Give the process a terminal."),
          flag("--rm", "", "Remove the container when it ends."),
          one("--name", "", "NAME", "Name the container."),
          many("--env", "-e", "KEY=VALUE", "Set a variable; without a value: take the caller's."),
          many("--env-file", "", "FILE", "Set the variables of a file of KEY=VALUE lines."),
          one("--workdir", "-w", "DIR", "Start in this folder of the image."),
          one("--user", "-u", "USER[:GROUP]", "Run as this user, by name or number."),
          many("--group-add", "", "GROUP", "Add a group, by name or number."),
          one("--entrypoint", "", "COMMAND", "Replace the image's entrypoint; empty: drop it."),
          one("--hostname", "-h", "NAME", "Name of the host inside the container."),
          one("--domainname", "", "NAME", "NIS domain name inside the container."),
          many("--attach", "-a", "STREAM", "Stay with stdin, stdout or stderr only."),
          one("--memory", "-m", "SIZE", "Limit of memory, such as 512m or 2g."),
          one(
              "--memory-reservation",
              "",
              "SIZE",
              "Memory that is left to it when others want some."),
          one("--memory-swap", "", "SIZE", "Memory and swap; a guest has no swap."),
          one("--cpus", "", "NUMBER", "Limit of processors, such as 1.5."),
          one("--cpu-shares", "-c", "NUMBER", "Its weight among the processes of its machine."),
          one("--cpu-period", "", "MICROS", "Period of the processor quota."),
          one("--cpu-quota", "", "MICROS", "Processor time in each period."),
          one("--cpuset-cpus", "", "LIST", "Processors of its machine to run on: 0-2,4."),
          one("--cpuset-mems", "", "LIST", "Memory nodes of its machine: there is one, 0."),
          one("--pids-limit", "", "NUMBER", "Limit of processes; -1: none."),
          many("--ulimit", "", "NAME=SOFT[:HARD]", "Limit of a process, such as nofile=1024."),
          many("--sysctl", "", "KEY=VALUE", "Parameter of its kernel, such as net.core.somaxconn."),
          one("--shm-size", "", "SIZE", "Size of /dev/shm (default 64m)."),
          one(
              "--oom-score-adj",
              "",
              "NUMBER",
              "How likely it is killed for memory, -1000 to 1000."),
          flag("--oom-kill-disable", "", "Do not kill for memory."),
          many("--cap-add", "", "CAPABILITY", "Give it a capability, or ALL."),
          many("--cap-drop", "", "CAPABILITY", "Take a capability from it, or ALL."),
          flag("--privileged", "", "Give it every right inside its machine; the host stays safe."),
          many("--security-opt", "", "OPTION", "seccomp=unconfined, no-new-privileges and so on."),
          many("--device", "", "DEVICE", "Device of the host; a machine has none of them."),
          many("--publish", "-p", "PORTS", "Publish a port: [[ADDRESS:]HOST:]PORT[/PROTOCOL]."),
          flag("--publish-all", "-P", "Publish every exposed port at a free one of the host."),
          many("--expose", "", "PORT[/PROTOCOL]", "Say that it listens there; publishes nothing."),
          many("--network", "", "NETWORK", "Network to be on; also name=NAME,alias=NAME,ip=IP."),
          many("--net", "", "NETWORK", "The same."),
          many("--network-alias", "", "NAME", "One more name on its first network."),
          many("--net-alias", "", "NAME", "The same."),
          one("--ip", "", "IP", "IPv4 address on its first network."),
          one("--ip6", "", "IP", "IPv6 address on its first network."),
          one("--mac-address", "", "MAC", "MAC address on its first network."),
          many("--dns", "", "IP", "Server to ask for the names of others than its neighbours."),
          many("--dns-search", "", "DOMAIN", "Domain to complete names with; a dot: none."),
          many("--dns-option", "", "OPTION", "Option of its resolver, such as ndots:2."),
          many("--dns-opt", "", "OPTION", "The same."),
          many("--add-host", "", "NAME:IP", "Name of a host; host-gateway as IP: this host."),
          one("--restart", "", "POLICY", "no, on-failure[:TIMES], always or unless-stopped."),
          one("--stop-signal", "", "SIGNAL", "Signal that asks it to end."),
          one("--stop-timeout", "", "SECONDS", "How long it may take to end."),
          one("--timeout", "", "TIME", "Kill it after so long, such as 90s or 2h."),
          one("--health-cmd", "", "COMMAND", "Command that tells whether it is well."),
          one("--health-interval", "", "TIME", "Time between two of them (default 30s)."),
          one(
              "--health-retries",
              "",
              "NUMBER",
              "Failures in a row until it is unhealthy (default 3)."),
          one(
              "--health-start-interval",
              "",
              "TIME",
              "Time between two while it starts (default 5s)."),
          one(
              "--health-start-period",
              "",
              "TIME",
              "Time in which failures do not count (default 0s)."),
          one("--health-timeout", "", "TIME", "How long one may take (default 30s)."),
          flag("--no-healthcheck", "", "Ignore the image's own health check."),
          one("--log-driver", "", "DRIVER", "json-file, the only one there is, or none."),
          many("--log-opt", "", "KEY=VALUE", "max-size, max-file, labels, env of its log."),
          one("--pull", "", "WHEN", "Pull the image: always, missing (default) or never."),
          one("--platform", "", "OS/ARCH", "Platform of an image that exists for several."),
          many("--label", "-l", "KEY=VALUE", "Set a label of the container."),
          many("--label-file", "", "FILE", "Set the labels of a file of KEY=VALUE lines."),
          many("--annotation", "", "KEY=VALUE", "Set an annotation; dev.kctl.* are kctl's own."),
          flag("--read-only", "", "Make the container's root read-only."),
          flag("--init", "", "Run an init that forwards signals and reaps zombies."),
          one("--cidfile", "", "FILE", "Write the container's id to a new file."),
          one("--detach-keys", "", "KEYS", "Keys that leave the container running."),
          one("--sig-proxy", "", BooleanFlags.LABEL, "Hand signals on (default true)."),
          flag("--quiet", "-q", "Show nothing of a pull."),
          one("--runtime", "", "VMM", "Virtual machine monitor to run it with."),
          one("--vmm", "", "VMM", "The same."),
          flag("--trace-start", "", "Print the time each step of the start took."));

  private static final Set<String> FOR_RUN_ONLY =
      Set.of("--detach", "--detach-keys", "--sig-proxy", "--trace-start");

  private RunFlags() {}

  /** Who takes them: {@code create} stays with nobody. */
  enum Use {
    RUN,
    CREATE
  }

  static void addTo(CommandSpec spec, Use use) {
    for (var flag : HONOURED) {
      if (use == Use.RUN || !FOR_RUN_ONLY.contains(flag.name())) {
        spec.addOption(option(flag));
      }
    }
    if (use == Use.CREATE) {
      spec.addOption(Options.hidden(Options.flag("--detach", "", "Of no meaning here.")));
    }
  }

  private static OptionSpec option(RunFlag flag) {
    return switch (flag.kind()) {
      case FLAG -> Options.flag(flag.name(), flag.letter(), flag.description());
      case ONE -> Options.value(flag.name(), flag.letter(), flag.label(), flag.description());
      case MANY -> Options.values(flag.name(), flag.letter(), flag.label(), flag.description());
    };
  }

  private static RunFlag flag(String name, String letter, String description) {
    return new RunFlag(name, letter, "", Kind.FLAG, description);
  }

  private static RunFlag one(String name, String letter, String label, String description) {
    return new RunFlag(name, letter, label, Kind.ONE, description);
  }

  private static RunFlag many(String name, String letter, String label, String description) {
    return new RunFlag(name, letter, label, Kind.MANY, description);
  }

  /** Whether a flag takes no value, one, or one each time it is given. */
  enum Kind {
    FLAG,
    ONE,
    MANY
  }

  /** A flag that is honoured. */
  record RunFlag(String name, String letter, String label, Kind kind, String description) {}
}
