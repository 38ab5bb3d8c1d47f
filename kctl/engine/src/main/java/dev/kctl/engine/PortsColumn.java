package dev.kctl.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of a container as `ps` shows them. Neighbouring ports are joined as Docker's client
 * joins them: those that are not published, and those with the same number outside.
 */
public final class PortsColumn {
  private static final Comparator<Port> ORDER =
      Comparator.comparingInt(Port::inside)
          .thenComparing(Port::address)
          .thenComparingInt(Port::outside)
          .thenComparing(Port::protocol);

  private final Map<Key, Range> open = new LinkedHashMap<>();
  private final List<String> texts = new ArrayList<>();
  private final List<String> mapped = new ArrayList<>();

  private PortsColumn() {}

  /**
   * One port at one address of the host.
   *
   * @param inside its number in the container
   * @param address of the host; empty where it is not published
   * @param outside its number there; 0 where it is not published
   */
  public record Port(int inside, String protocol, String address, int outside) {}

  /** For example {@code 443/tcp, 0.0.0.0:8080->80/tcp}. */
  public static String text(List<Port> ports) {
    var column = new PortsColumn();
    ports.stream().sorted(ORDER).forEach(column::add);
    column.open.forEach((key, range) -> column.texts.add(text(key, range)));
    column.texts.addAll(column.mapped);
    return String.join(", ", column.texts);
  }

  private void add(Port port) {
    if (!port.address.isEmpty() && port.outside != port.inside) {
      mapped.add(
          host(port.address) + ":" + port.outside + "->" + port.inside + "/" + port.protocol);
      return;
    }
    var key = new Key(port.address, port.protocol);
    var range = open.get(key);
    if (range != null && range.last + 1 == port.inside) {
      open.put(key, new Range(range.first, port.inside));
    } else {
      if (range != null) {
        texts.add(text(key, range));
      }
      open.put(key, new Range(port.inside, port.inside));
    }
  }

  private static String text(Key key, Range range) {
    var ports = range.first == range.last ? "" + range.first : range.first + "-" + range.last;
    var published = key.address.isEmpty() ? "" : host(key.address) + ":" + ports + "->";
    return published + ports + "/" + key.protocol;
  }

  private static String host(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }

  private record Key(String address, String protocol) {}

  private record Range(int first, int last) {}
}
