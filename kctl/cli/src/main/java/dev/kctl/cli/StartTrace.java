package dev.kctl.cli;

/** Lays out the time each step of a container's start took. */
final class StartTrace {
  private StartTrace() {}

  /**
   * The client's own time comes before the engine's clock begins. Steps may overlap, so each is
   * shown with its beginning, and they do not add up.
   *
   * @param cliMicros from the client's start to its request
   */
  static String render(JsonObject trace, long cliMicros) {
    var table = new Table("STEP", "AT", "TOOK");
    table.row("cli", "", millis(cliMicros));
    var end = 0L;
    for (var step : trace.objects("Steps")) {
      var begin = step.number("BeginMicros");
      var micros = step.number("Micros");
      end = Math.max(end, begin + micros);
      table.row(step.string("Name"), millis(begin), millis(micros));
    }
    table.row("total", "", millis(end));
    var text = new StringBuilder();
    table.appendTo(text);
    return text.toString();
  }

  private static String millis(long micros) {
    var tenths = (micros + 50) / 100;
    return tenths / 10 + "." + tenths % 10 + " ms";
  }
}
