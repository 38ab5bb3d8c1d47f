package dev.kctl.engine.network;

import java.util.Map;

/**
 * What the options of Docker's bridge driver mean here; those that mean nothing are refused.
 *
 * @param mtu 0 where it was not said
 * @param isolated whether its containers are kept from each other
 */
record NetworkOptions(int mtu, boolean isolated) {
  private static final String BRIDGE = "com.docker.network.bridge.";

  static NetworkOptions parse(Map<String, String> options) {
    var mtu = 0;
    var isolated = false;
    for (var option : options.entrySet()) {
      var value = option.getValue();
      switch (option.getKey()) {
        case "mtu", "com.docker.network.driver.mtu" -> mtu = number(option.getKey(), value);
        case BRIDGE + "enable_icc" -> isolated = !bool(option.getKey(), value);
        case BRIDGE + "enable_ip_masquerade" -> {
          if (!bool(option.getKey(), value)) {
            throw refused(option.getKey(), "containers go out by the host's address");
          }
        }
        default -> throw refused(option.getKey(), "mtu and " + BRIDGE + "enable_icc are");
      }
    }
    return new NetworkOptions(mtu, isolated);
  }

  private static int number(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException _) {
      throw NetworkRefusal.invalid("invalid value " + value + " of option " + option);
    }
  }

  private static boolean bool(String option, String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw NetworkRefusal.invalid("invalid value " + value + " of option " + option);
    };
  }

  private static NetworkRefusal refused(String option, String reason) {
    return NetworkRefusal.invalid("option " + option + " is not supported: " + reason);
  }
}
