package dev.kctl.cli;

/** The output of {@code ps}, of either tier. */
final class ContainerTable {
  static final int SHORT_ID = 12;
  private static final int SHORT_COMMAND = 20;

  private final boolean idsOnly;
  private final boolean whole;
  private final long now;
  private final StringBuilder ids = new StringBuilder();
  private final Table table =
      new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");

  /**
   * @param whole without shortening ids and commands
   * @param now Unix seconds
   */
  ContainerTable(boolean idsOnly, boolean whole, long now) {
    this.idsOnly = idsOnly;
    this.whole = whole;
    this.now = now;
  }

  void add(
      String id,
      String image,
      String command,
      long created,
      String status,
      String ports,
      String name) {
    var shownId = whole || id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID);
    if (idsOnly) {
      ids.append(shownId).append('\n');
      return;
    }
    table.row(
        shownId,
        image,
        JsonWriter.quote(shortened(command, whole)),
        Human.ago(created, now),
        status,
        ports,
        name);
  }

  static String shortened(String command, boolean whole) {
    return whole || command.length() <= SHORT_COMMAND
        ? command
        : command.substring(0, SHORT_COMMAND - 1) + "…";
  }

  StringBuilder text() {
    if (!idsOnly) {
      table.appendTo(ids);
    }
    return ids;
  }

  /** Docker's words for a state. */
  static String status(String state, int exitCode, long started, long finished, long now) {
    return switch (state) {
      case "created" -> "Created";
      case "running", "paused" -> "Up " + Human.duration(Math.max(0, now - started));
      case "exited" -> "Exited (" + exitCode + ") " + Human.ago(finished, now);
      case "removing" -> "Removal In Progress";
      default -> state;
    };
  }
}
