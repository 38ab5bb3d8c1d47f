package dev.kctl.cli;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Every command by name; only the one chosen is made, and only its model built. */
final class Commands {
  /** In the order in which help shows them. */
  static final List<Entry> ALL =
      List.of(
          new Entry("run", "Run a command in a new container"),
          new Entry("create", "Make a container without starting it"),
          new Entry("start", "Start containers"),
          new Entry("ps", "List containers"),
          new Entry("logs", "Print what a container has said"),
          new Entry("exec", "Run one more command in a container"),
          new Entry("attach", "Take part in a running container"),
          new Entry("cp", "Copy files into or out of a container"),
          new Entry("stop", "Stop containers"),
          new Entry("restart", "Stop containers and start them again"),
          new Entry("kill", "Kill containers, or send them a signal"),
          new Entry("wait", "Wait for containers to end and print their exit codes"),
          new Entry("pause", "Stop all processes of containers where they are"),
          new Entry("unpause", "Let paused containers go on"),
          new Entry("rename", "Give a container another name"),
          new Entry("update", "Change bounds and restart policy of containers"),
          new Entry("rm", "Remove containers"),
          new Entry("inspect", "Print all about containers, images and networks as JSON"),
          new Entry("top", "List the processes of a container"),
          new Entry("stats", "Show what containers use"),
          new Entry("port", "Print where the ports of a container are published"),
          new Entry("diff", "List what a container has changed of its image"),
          new Entry("export", "Write all files of a container as a tar stream"),
          new Entry("events", "Print what happens, as it happens"),
          new Entry("pull", "Fetch an image from a registry"),
          new Entry("images", "List images"),
          new Entry("rmi", "Remove images"),
          new Entry("container", "Manage containers: the commands above, inspect, prune"),
          new Entry("image", "Manage images: ls, pull, rm, inspect, prune"),
          new Entry("network", "Manage networks: create, ls, inspect, rm, prune, connect"),
          new Entry("system", "Manage the whole: df, events, info, prune"),
          new Entry("context", "Print how Docker's clients find the engine"),
          new Entry("info", "Print what the engine is and has"),
          new Entry("version", "Print the version"),
          new Entry("help", "Print help about a command"));

  /** Those whose exit codes below 125 are the container's. */
  private static final Set<String> MAKING = Set.of("run", "create");

  private static final Set<String> STAYING = Set.of("run", "start", "attach");

  private Commands() {}

  /** The command, or null when there is none of that name. */
  static @Nullable Command find(String name) {
    return switch (name) {
      case "run" -> new RunCommand();
      case "create" -> new CreateCommand();
      case "start" -> new StartCommand();
      case "ps" -> new PsCommand();
      case "logs" -> new LogsCommand();
      case "exec" -> new ExecCommand();
      case "attach" -> new AttachCommand();
      case "stop" -> StopCommand.stop();
      case "restart" -> StopCommand.restart();
      case "kill" -> new KillCommand();
      case "wait" -> new WaitCommand();
      case "pause" -> FreezeCommand.pause();
      case "unpause" -> FreezeCommand.unpause();
      case "rename" -> new RenameCommand();
      case "update" -> new UpdateCommand();
      case "rm" -> new RmCommand();
      default -> findOther(name);
    };
  }

  private static @Nullable Command findOther(String name) {
    return switch (name) {
      case "inspect" -> InspectCommand.any();
      case "container inspect" -> InspectCommand.containers();
      case "image inspect" -> InspectCommand.images();
      case "network inspect" -> InspectCommand.networks();
      case "top" -> new TopCommand();
      case "stats" -> new StatsCommand();
      case "cp" -> new CopyCommand();
      case "diff" -> new DiffCommand();
      case "export" -> new ExportCommand();
      case "events" -> new EventsCommand();
      case "pull" -> new PullCommand();
      case "images" -> new ImagesCommand();
      case "rmi" -> new RmiCommand();
      case "port" -> new PortCommand();
      case "container", "image", "network", "system" -> new GroupCommand(CommandGroup.named(name));
      case "container prune" -> new PruneCommand(PruneCommand.Kind.CONTAINER);
      case "image prune" -> new PruneCommand(PruneCommand.Kind.IMAGE);
      case "system prune" -> new PruneCommand(PruneCommand.Kind.SYSTEM);
      case "network create" -> new NetworkCreateCommand();
      case "network ls" -> new NetworkLsCommand();
      case "network rm" -> new NetworkRmCommand();
      case "network connect" -> new NetworkConnectCommand();
      case "network disconnect" -> new NetworkDisconnectCommand();
      case "network prune" -> new PruneCommand(PruneCommand.Kind.NETWORK);
      case "system df" -> new DiskUsageCommand();
      case "context" -> new ContextCommand();
      case "info" -> new InfoCommand();
      case "version" -> new VersionCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
  }

  /** Whether a line's words make a container: whatever fails before that has a code of ours. */
  static boolean makesContainers(List<String> words) {
    if (words.isEmpty()) {
      return false;
    }
    var grouped = words.getFirst().equals("container") && words.size() > 1;
    return MAKING.contains(grouped ? words.get(1) : words.getFirst());
  }

  /** Whether a line's words are a command that hands signals on to a container. */
  static boolean staysWithContainers(List<String> words) {
    var grouped = words.size() > 1 && words.getFirst().equals("container");
    return STAYING.contains(grouped ? words.get(1) : words.isEmpty() ? "" : words.getFirst());
  }

  /** The complete model of a command, with the help option that each has. */
  static CommandSpec spec(Command command) {
    var spec = command.spec();
    var help = Options.flag("--help", "", "Print this help.").toBuilder().usageHelp(true).build();
    return spec.addOption(help);
  }

  /** A command's name and its one line of help. */
  record Entry(String name, String summary) {}
}
