package dev.kctl.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Every command by name; only the one chosen is made, and only its model built. */
final class Commands {
  /** In the order in which help shows them. */
  static final List<Entry> ALL =
      List.of(
          new Entry("run", "Run a command in a new container"),
          new Entry("ps", "List containers"),
          new Entry("stop", "Stop containers"),
          new Entry("kill", "Kill containers, or send them a signal"),
          new Entry("wait", "Wait for containers to end and print their exit codes"),
          new Entry("rm", "Remove containers"),
          new Entry("inspect", "Print all about containers and images as JSON"),
          new Entry("pull", "Fetch an image from a registry"),
          new Entry("images", "List images"),
          new Entry("rmi", "Remove images"),
          new Entry("image", "Manage images: ls, pull, rm, inspect"),
          new Entry("info", "Print what the engine is and has"),
          new Entry("version", "Print the version"),
          new Entry("help", "Print help about a command"));

  private Commands() {}

  /** The command, or null when there is none of that name. */
  static @Nullable Command find(String name) {
    return switch (name) {
      case "run" -> new RunCommand();
      case "ps" -> new PsCommand();
      case "stop" -> new StopCommand();
      case "kill" -> new KillCommand();
      case "wait" -> new WaitCommand();
      case "rm" -> new RmCommand();
      case "inspect" -> new InspectCommand();
      case "pull" -> new PullCommand("pull");
      case "images" -> new ImagesCommand("images");
      case "rmi" -> new RmiCommand("rmi");
      case "image" -> new ImageCommand();
      case "info" -> new InfoCommand();
      case "version" -> new VersionCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
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
