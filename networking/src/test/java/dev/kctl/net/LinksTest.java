package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the real kernel, judged by {@code ip}. */
class LinksTest {
  private static final Network NETWORK =
      SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");
  private static final Lease LEASE =
      new Lease(
          NETWORK.id(),
          "a",
          MacAddress.parse("02:00:00:00:00:02"),
          IpAddress.parse("10.7.0.2"),
          null);

  @Test
  void makesABridgeWithItsAddressesAsOftenAsAsked() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      for (var i = 0; i < 2; i++) {
        links.bridge(NETWORK);
        assertThat(host.sh("ip -d -o link show " + NETWORK.bridge()))
            .contains("stp_state 0", "mcast_snooping 0", "mtu 1500", "addrgenmode none", ",UP")
            .contains(NETWORK.bridgeMac().toString());
        assertThat(host.sh("ip -o addr show dev " + NETWORK.bridge()))
            .contains("10.7.0.1/16", "fd00:7::1/64", "nodad")
            .contains(NETWORK.bridgeMac().linkLocal() + "/64")
            .doesNotContain("tentative");
      }
      assertThat(links.bridges()).containsExactly(NETWORK.bridge());
      assertThat(links.routes()).contains(Subnet.parse("10.7.0.0/16"), Subnet.parse("fd00:7::/64"));
    }
  }

  @Test
  void makesATapThatItsUserCanOpen() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      links.bridge(NETWORK);
      for (var i = 0; i < 2; i++) {
        host.call(() -> tap(links, NETWORK));
        assertThat(host.sh("ip -d -o link show " + LEASE.tap()))
            .contains("tun type tap", "vnet_hdr on", "persist on", "user nobody", ",UP")
            .contains("master " + NETWORK.bridge(), "isolated off", "addrgenmode none")
            .doesNotContain("multi_queue on");
      }
      Eventually.eventually(() -> assertThat(links.idleTaps()).containsExactly(LEASE.tap()));
    }
  }

  @Test
  void framesReachNobodyElseOnAnIsolatedNetworkAndComeBackOnlyWhereTheyAreFiltered()
      throws Exception {
    var isolated =
        new Network(
            NETWORK.id(),
            "web",
            NETWORK.v4(),
            null,
            false,
            true,
            1400,
            NETWORK.labels(),
            Map.of(),
            NETWORK.created());
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      links.bridge(isolated);
      for (var filtered : new int[] {1, 0}) {
        host.sh("echo " + filtered + " > /proc/sys/net/bridge/bridge-nf-call-iptables");
        host.call(() -> tap(links, isolated));
        assertThat(host.sh("ip -d -o link show " + LEASE.tap()))
            .contains("isolated on", "hairpin " + (filtered == 1 ? "on" : "off"), "mtu 1400");
      }
    }
  }

  @Test
  void followsTheMtuOfTheUplink() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      host.sh(
          "ip link add up0 type veth peer name up1; ip link set up0 mtu 1340 up; ip link set up1"
              + " up;ip addr add 192.0.2.2/24 dev up0; ip route add default via 192.0.2.1");
      links.bridge(NETWORK);
      assertThat(host.sh("ip -o link show " + NETWORK.bridge())).contains("mtu 1340");
    }
  }

  @Test
  void forwardingIsSwitchedOnOnceAndTheHostStaysAHostOnItsUplink() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      host.sh(
          "ip link add up0 type veth peer name up1; ip link set up0 up; ip link set up1 up;"
              + "ip addr add 192.0.2.2/24 dev up0; ip route add default via 192.0.2.1");
      links.bridge(NETWORK);
      assertThat(links.uplinks()).containsExactly("up0");
      assertThat(host.call(() -> Forwarding.enable(links.bridges(), links.uplinks())))
          .anyMatch(line -> line.endsWith("ip_forward is 1 now"))
          .hasSizeGreaterThan(1);
      assertThat(host.call(() -> Forwarding.enable(links.bridges(), links.uplinks()))).isEmpty();
      assertThat(host.sh("cd /proc/sys/net/ipv6/conf/up0; echo $(cat forwarding) $(cat accept_ra)"))
          .isIn("0 1\n", "1 2\n");
    }
  }

  @Test
  void whatIsGoneCanBeDeletedAgain() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      links.bridge(NETWORK);
      host.call(() -> tap(links, NETWORK));
      for (var i = 0; i < 2; i++) {
        links.delete(LEASE.tap());
        links.delete(NETWORK.bridge());
      }
      assertThat(links.all()).extracting(Link::name).noneMatch(name -> name.startsWith("k"));
      assertThat(links.find(LEASE.tap())).isEmpty();
    }
  }

  @Test
  void aTapWithoutItsBridgeIsRefusedByTheKernelsReason() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      assertThatThrownBy(() -> host.call(() -> tap(links, NETWORK)))
          .isInstanceOfSatisfying(KernelRefused.class, e -> assertThat(e.errno()).isEqualTo(19))
          .hasMessageContaining("no such device");
    }
  }

  /** Prints what docs/networking.md quotes: medians of 60 in one JVM, {@code ip} beside them. */
  @Test
  void setsATapUpWithoutAProcess() throws Exception {
    try (var host = new NamespaceThread();
        var links = host.call(() -> Links.open(SampleNetworks.ROOT))) {
      links.bridge(NETWORK);
      var ours = new ArrayList<Long>();
      var gone = new ArrayList<Long>();
      var floor = new ArrayList<Long>();
      var byPrograms = 0L;
      for (var i = 0; i < 60; i++) {
        var before = OwnChildren.work();
        ours.add(time(() -> host.call(() -> tap(links, NETWORK))));
        gone.add(time(() -> links.delete(LEASE.tap())));
        byPrograms += OwnChildren.work() - before;
        if (i % 6 == 0) {
          floor.add(
              time(() -> host.sh("ip -batch - <<E\nlink show dev " + NETWORK.bridge() + "\nE")));
        }
      }
      System.out.printf(
          "net-setup: TAP set up in %.2f ms, taken down in %.2f ms; one ip process %.2f ms%n",
          median(ours), median(gone), median(floor));
      assertThat(byPrograms).isZero();
    }
  }

  private static Void tap(Links links, Network network) {
    links.tap(network, LEASE, 65_534);
    return null;
  }

  private interface Step {
    void run() throws Exception;
  }

  private static long time(Step step) throws Exception {
    var start = System.nanoTime();
    step.run();
    return System.nanoTime() - start;
  }

  private static double median(List<Long> nanos) {
    return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow() / 1e6;
  }
}
