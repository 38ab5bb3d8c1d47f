package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.engine.network.GuestNetwork;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.BootConfig;
import dev.kctl.guest.proto.NetworkInterface;
import dev.kctl.guest.proto.Process;
import java.time.Instant;

/** What a guest is told about the container it is to be. */
final class BootConfigs {
  static final int HOST_PORT = 1024;
  static final int AGENT_PORT = 1025;
  static final String SCRATCH = "scratch";
  private static final long NANOS = 1_000_000_000L;
  private static final String LOOPBACK_HOSTS =
      """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::\tip6-localnet
      ff00::\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters
      """;

  private BootConfigs() {}

  static BootConfig of(
      ContainerSpec spec,
      MachineSizes sizes,
      Token token,
      TerminalSize size,
      GuestNetwork network,
      long unixNanos) {
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
    network.interfaces().forEach(device -> boot.addInterfaces(networkInterface(device)));
    return boot.setScratch(SCRATCH)
        .setReadOnly(spec.readOnly())
        .setHostname(spec.hostname())
        .setHosts(LOOPBACK_HOSTS + network.hosts())
        .setResolvConf(network.resolvConf())
        .setResolver(network.resolver())
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

  private static NetworkInterface networkInterface(GuestNetwork.Interface device) {
    return NetworkInterface.newBuilder()
        .setName(device.name())
        .setMac(device.mac())
        .addAllAddresses(device.addresses())
        .setGateway4(device.gateway4())
        .setGateway6(device.gateway6())
        .build();
  }
}
