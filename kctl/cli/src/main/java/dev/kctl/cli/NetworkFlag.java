package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --network}: a name, or {@code name=NETWORK,alias=NAME,ip=ADDRESS} and so on.
 *
 * @param name of the network, or Docker's word: bridge, none, host, default, container:NAME
 */
record NetworkFlag(String name, EndpointWishes wishes) {
  private static final Set<String> NOT_USERS = Set.of("default", "bridge", "host", "none");

  static NetworkFlag parse(String text) {
    if (text.indexOf('=') < 0) {
      if (text.isBlank()) {
        throw new UsageError("no name set for network");
      }
      return new NetworkFlag(text, EndpointWishes.NONE);
    }
    var parsing = new Parsing(text);
    fields(text).forEach(parsing::take);
    if (parsing.name.isEmpty()) {
      throw parsing.invalid("network name/id is not specified");
    }
    return new NetworkFlag(parsing.name, parsing.wishes());
  }

  /** Whether a user made it: only there names are looked up, and addresses chosen. */
  boolean isUsers() {
    return !NOT_USERS.contains(name) && !name.startsWith("container:");
  }

  /** The parts between commas; one that stands in quotes may have commas itself. */
  private static List<String> fields(String text) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    var quoted = false;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  /** The long form as far as it is read. */
  private static final class Parsing {
    private final String text;
    private final List<String> aliases = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private String name = "";
    private String ipv4 = "";
    private String ipv6 = "";
    private String mac = "";
    private @Nullable Long priority;

    Parsing(String text) {
      this.text = text;
    }

    void take(String field) {
      var equals = field.indexOf('=');
      if (equals < 0) {
        throw invalid("invalid field " + field);
      }
      var key = field.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      var value = field.substring(equals + 1).strip();
      switch (key) {
        case "name" -> name = value;
        case "alias" -> aliases.add(value);
        case "ip" -> ipv4 = value;
        case "ip6" -> ipv6 = value;
        case "mac-address" -> mac = value;
        case "driver-opt" -> options.add(value);
        case "gw-priority" -> priority = Numbers.whole("--network gw-priority", value);
        default -> throw invalid("invalid field key " + key);
      }
    }

    EndpointWishes wishes() {
      return new EndpointWishes(
          List.copyOf(aliases), ipv4, ipv6, mac, EndpointWishes.driverOptions(options), priority);
    }

    UsageError invalid(String reason) {
      return new UsageError("invalid argument \"" + text + "\" for --network: " + reason);
    }
  }
}
