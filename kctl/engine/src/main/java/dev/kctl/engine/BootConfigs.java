package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.BootConfig;
import dev.kctl.guest.proto.Process;
import java.time.Instant;
import java.util.List;

/** What a guest is told about the container it is to be. */
final class BootConfigs {
  static final int HOST_PORT = 1024;
  static final int AGENT_PORT = 1025;
  static final String SCRATCH = "scratch";
  private static final long NANOS = 1_000_000_000L;

  private BootConfigs() {}

  static BootConfig of(
      ContainerSpec spec, MachineSizes sizes, Token token, TerminalSize size, long unixNanos) {
    var config = spec.config();
    var process =
        Process.newBuilder()
            .addAllArgs(spec.arguments())
            .addAllEnv(spec.environment())
            .setCwd(config.path("WorkingDir").asText(""))
            .setUser(config.path("User").asText(""))
            .setTty(spec.tty())
            .setStdin(spec.openStdin())
            .setRows(size.rows())
            .setColumns(size.columns());
    var host = spec.hostConfig();
    var boot = base(token, unixNanos);
    for (var i = 0; i < spec.layers().size(); i++) {
      boot.addLayers(layerSerial(i));
    }
    return boot.setScratch(SCRATCH)
        .setReadOnly(spec.readOnly())
        .setHostname(spec.hostname())
        .setHosts(hosts(spec))
        .setResolvConf(resolvConf(spec))
        .setProcess(Sandbox.confine(process, host, false))
        .putAllSysctls(Json.entries(host.path("Sysctls")))
        .setShmBytes(host.path("ShmSize").asLong())
        .setDomainname(config.path("Domainname").asText(""))
        .setLimits(Limits.of(spec))
        .setInit(spec.init())
        .build();
  }

  /** A guest that has only to show that it boots. */
  static BootConfig probe(Token token, long unixNanos) {
    return base(token, unixNanos).setMode(BootConfig.Mode.PROBE).build();
  }

  private static BootConfig.Builder base(Token token, long unixNanos) {
    return BootConfig.newBuilder()
        .setToken(ByteString.copyFrom(token.bytes()))
        .setHostPort(HOST_PORT)
        .setAgentPort(AGENT_PORT)
        .setWallClockNs(unixNanos);
  }

  static String layerSerial(int index) {
    return "layer-" + index;
  }

  static long unixNanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }

  static String hosts(ContainerSpec spec) {
    var text =
        new StringBuilder(
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """);
    for (var entry : Json.list(spec.hostConfig().path("ExtraHosts"))) {
      var separator = separator(entry);
      text.append(entry.substring(separator + 1)).append('\t');
      text.append(entry, 0, separator).append('\n');
    }
    return text.append("127.0.0.1\t").append(spec.hostname()).append('\n').toString();
  }

  /** `name:address` or `name=address`; an IPv6 address has colons of its own. */
  static int separator(String extraHost) {
    var equals = extraHost.indexOf('=');
    var separator = equals >= 0 ? equals : extraHost.indexOf(':');
    if (separator <= 0
        || separator == extraHost.length() - 1
        || extraHost.chars().anyMatch(Character::isWhitespace)
        || extraHost.substring(separator + 1).equals("host-gateway")) {
      throw new EngineException.InvalidParameter(
          "bad format for add-host: \"" + extraHost + "\": write NAME:ADDRESS");
    }
    return separator;
  }

  static String resolvConf(ContainerSpec spec) {
    var host = spec.hostConfig();
    var text = new StringBuilder();
    append(text, "nameserver ", Json.list(host.path("Dns")), "\nnameserver ");
    append(text, "search ", Json.list(host.path("DnsSearch")), " ");
    append(text, "options ", Json.list(host.path("DnsOptions")), " ");
    return text.toString();
  }

  private static void append(
      StringBuilder text, String start, List<String> values, String separator) {
    if (!values.isEmpty()) {
      text.append(start).append(String.join(separator, values)).append('\n');
    }
  }
}
