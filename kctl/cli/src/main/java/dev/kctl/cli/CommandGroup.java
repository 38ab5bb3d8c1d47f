package dev.kctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands under one name, as Docker groups them too.
 *
 * @param members names within the group, in order, and the commands they stand for
 * @param others more names for those, which nobody is shown
 */
record CommandGroup(
    String name, String summary, Map<String, String> members, Map<String, String> others) {

  static final List<CommandGroup> ALL =
      List.of(
          new CommandGroup(
              "container",
              "Manage containers.",
              members(
                  "attach",
                  "cp",
                  "create",
                  "diff",
                  "exec",
                  "export",
                  "inspect=container inspect",
                  "kill",
                  "logs",
                  "ls=ps",
                  "pause",
                  "port",
                  "prune=container prune",
                  "rename",
                  "restart",
                  "rm",
                  "run",
                  "start",
                  "stats",
                  "stop",
                  "top",
                  "unpause",
                  "update",
                  "wait"),
              Map.of("list", "ps", "ps", "ps")),
          new CommandGroup(
              "image",
              "Manage images.",
              members("inspect=image inspect", "ls=images", "prune=image prune", "pull", "rm=rmi"),
              Map.of("list", "images", "remove", "rmi")),
          new CommandGroup(
              "network",
              "Manage networks.",
              members(
                  "connect=network connect",
                  "create=network create",
                  "disconnect=network disconnect",
                  "inspect=network inspect",
                  "ls=network ls",
                  "prune=network prune",
                  "rm=network rm"),
              Map.of("list", "network ls", "remove", "network rm")),
          new CommandGroup(
              "system",
              "Manage the whole.",
              members("df=system df", "events", "info", "prune=system prune"),
              Map.of()));

  static CommandGroup named(String name) {
    return ALL.stream().filter(group -> group.name.equals(name)).findFirst().orElseThrow();
  }

  /** The command that a name within the group stands for; empty where there is none. */
  String command(String member) {
    return members.getOrDefault(member, others.getOrDefault(member, ""));
  }

  /** The commands that there are only here. */
  List<String> own() {
    return members.values().stream().filter(command -> command.startsWith(name + " ")).toList();
  }

  private static Map<String, String> members(String... names) {
    var members = new LinkedHashMap<String, String>();
    for (var name : names) {
      var equals = name.indexOf('=');
      var member = equals < 0 ? name : name.substring(0, equals);
      members.put(member, equals < 0 ? name : name.substring(equals + 1));
    }
    return members;
  }
}
