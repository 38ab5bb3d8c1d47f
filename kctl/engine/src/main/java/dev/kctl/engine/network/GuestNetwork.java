package dev.kctl.engine.network;

import java.util.List;

/**
 * What a guest is told of its networks.
 *
 * @param interfaces beside loopback, the way to the outside first
 * @param hosts lines for its {@code /etc/hosts}, beside those of loopback
 * @param resolvConf its {@code /etc/resolv.conf}
 * @param resolver whether names are served to it
 */
public record GuestNetwork(
    List<Interface> interfaces, String hosts, String resolvConf, boolean resolver) {
  public GuestNetwork {
    interfaces = List.copyOf(interfaces);
  }

  /**
   * One device in the guest.
   *
   * @param addresses with the lengths of their prefixes
   * @param gateway4 empty for none
   */
  public record Interface(
      String name, String mac, List<String> addresses, String gateway4, String gateway6) {
    public Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /** One device of the machine. */
  public record Device(String tap, String mac, int mtu) {}
}
