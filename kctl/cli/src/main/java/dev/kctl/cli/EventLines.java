package dev.kctl.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events as lines, each once though an engine told it again after another's death. */
final class EventLines {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", Locale.ROOT);
  private static final long NANOS = 1_000_000_000L;

  private final Output out;
  private final @Nullable ObjectFormat format;
  private long lastNanos;

  EventLines(Output out, String format) {
    this.out = out;
    this.format = format.isEmpty() ? null : ObjectFormat.parse(format);
  }

  void print(String json) {
    var event = Json.parseObject(json);
    var nanos = event.number("timeNano");
    if (nanos > lastNanos) {
      lastNanos = nanos;
      out.line(format == null ? text(event) : format.of(json));
    }
  }

  /** The time of the last one in the API's words; empty before the first. */
  String last() {
    if (lastNanos == 0) {
      return "";
    }
    var nanos = Long.toString(lastNanos % NANOS);
    return lastNanos / NANOS + "." + "0".repeat(9 - nanos.length()) + nanos;
  }

  private static String text(JsonObject event) {
    var nanos = event.number("timeNano");
    var time = Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS).atZone(ZoneId.systemDefault());
    var actor = event.object("Actor");
    var attributes = new ArrayList<String>();
    new TreeMap<>(actor.object("Attributes").members())
        .forEach((key, value) -> attributes.add(key + "=" + value));
    var details = attributes.isEmpty() ? "" : " (" + String.join(", ", attributes) + ")";
    return TIME.format(time)
        + " "
        + event.string("Type")
        + " "
        + event.string("Action")
        + " "
        + actor.string("ID")
        + Harmless.text(details);
  }
}
