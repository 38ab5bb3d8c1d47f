package dev.kctl.cli;

import dev.kctl.template.Row;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Networks as {@code network ls} lists them, from the API's answer. */
final class NetworkRows {
  static final Listing LISTING =
      new Listing("*network.networkContext", headers(), List.of("ID", "Name", "Driver", "Scope"));

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final boolean whole;

  /**
   * @param whole without shortening ids
   */
  NetworkRows(boolean whole) {
    this.whole = whole;
  }

  Row row(JsonObject network) {
    var labels = new TreeMap<String, String>();
    network
        .object("Labels")
        .members()
        .forEach((key, value) -> labels.put(key, String.valueOf(value)));
    var columns = new LinkedHashMap<String, Object>();
    columns.put("ID", ContainerRows.shortId(network.string("Id"), whole));
    columns.put("Name", network.string("Name"));
    columns.put("Driver", network.string("Driver"));
    columns.put("Scope", network.string("Scope"));
    columns.put("IPv4", Boolean.toString(network.isTrue("EnableIPv4")));
    columns.put("IPv6", Boolean.toString(network.isTrue("EnableIPv6")));
    columns.put("Internal", Boolean.toString(network.isTrue("Internal")));
    columns.put("Labels", ContainerRows.joined(labels));
    columns.put("CreatedAt", created(network.string("Created")));
    return LISTING.row(columns, Map.of("Label", key -> labels.getOrDefault(key, "")));
  }

  /** As Go prints a time: its fraction without zeros at the end. */
  private static String created(String text) {
    try {
      return TIME.format(Instant.parse(text));
    } catch (DateTimeException _) {
      return text;
    }
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("ID", "NETWORK ID");
    headers.put("Name", "NAME");
    headers.put("Driver", "DRIVER");
    headers.put("Scope", "SCOPE");
    headers.put("IPv4", "IPV4");
    headers.put("IPv6", "IPV6");
    headers.put("Internal", "INTERNAL");
    headers.put("Labels", "LABELS");
    headers.put("CreatedAt", "CREATED AT");
    return headers;
  }
}
