package dev.kctl.engine.network;

import dev.kctl.net.NetworkException;
import dev.kctl.net.PortRange;
import dev.kctl.net.Protocol;
import java.util.List;
import java.util.stream.IntStream;

/** A port at which a container serves: {@code 80/tcp} as Docker writes it. */
public record ExposedPort(int port, Protocol protocol) {
  /** Reads {@code 80}, {@code 80/udp}, or a range of them. */
  static List<ExposedPort> parse(String text) {
    var slash = text.indexOf('/');
    try {
      var range = PortRange.parse(slash < 0 ? text : text.substring(0, slash));
      var protocol = slash < 0 ? Protocol.TCP : Protocol.parse(text.substring(slash + 1));
      if (range.first() == 0) {
        throw invalid(text);
      }
      return IntStream.rangeClosed(range.first(), range.last())
          .mapToObj(port -> new ExposedPort(port, protocol))
          .toList();
    } catch (NetworkException e) {
      throw invalid(text);
    }
  }

  private static NetworkRefusal invalid(String text) {
    return NetworkRefusal.invalid("invalid port specification: \"" + text + "\"");
  }

  @Override
  public String toString() {
    return port + "/" + protocol;
  }
}
