package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostNetworkTest {
  private static final Network WEB = SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");
  private static final IpAddress ADDRESS = IpAddress.parse("10.7.0.2");
  private static final Lease A =
      new Lease(WEB.id(), "a", MacAddress.of(WEB.id(), ADDRESS), ADDRESS, null);
  private static final Endpoint PUBLISHED =
      new Endpoint(WEB, A, List.of(new PublishedPort(null, 8080, 80, Protocol.TCP)), false, null);
  private static final String STATE = "ip -o link show | cut -d: -f2; nft list ruleset";

  private NamespaceThread host;
  private HostNetwork network;

  @BeforeEach
  void open() throws Exception {
    host = new NamespaceThread();
    network = host.call(() -> HostNetwork.open(SampleNetworks.ROOT));
  }

  @AfterEach
  void close() {
    network.close();
    host.close();
  }

  @Test
  void afterAllIsRemovedNothingIsLeft() throws Exception {
    var before = host.sh(STATE);
    run(() -> network.up(WEB));
    run(() -> network.attach(PUBLISHED, 65_534));
    assertThat(host.sh(STATE)).contains(WEB.bridge(), A.tap(), "tcp . 8080 : 10.7.0.2 . 80");
    assertThat(host.call(network::reconcile)).isEmpty();
    run(() -> network.detach(A));
    run(() -> network.detach(A));
    assertThat(host.sh(STATE)).doesNotContain(A.tap(), "8080").contains(WEB.bridge());
    run(() -> network.down(WEB));
    assertThat(host.sh(STATE)).isEqualTo(before);
  }

  @Test
  void aBridgeThatSomebodyDeletedIsMadeAnewAndItsPortsConnected() throws Exception {
    run(() -> network.up(WEB));
    run(() -> network.attach(PUBLISHED, 65_534));
    host.sh("ip link del " + WEB.bridge() + "; nft flush ruleset");
    assertThat(host.call(network::reconcile))
        .containsExactly(
            "bridge " + WEB.bridge() + " of network web was gone",
            "TAP " + A.tap() + " was not connected",
            "the rules of table inet kctl_c0ffee or bridge kctl_c0ffee were changed");
    assertThat(host.sh("ip -o link show " + A.tap())).contains("master " + WEB.bridge());
    assertThat(host.sh("ip -o addr show " + WEB.bridge())).contains("10.7.0.1/16", "fd00:7::1/64");
    assertThat(host.call(network::reconcile)).isEmpty();
  }

  @Test
  void theNextEngineTakesOverAndSweepsWhatNobodyClaims() throws Exception {
    run(() -> network.up(WEB));
    run(() -> network.attach(PUBLISHED, 65_534));
    host.sh("ip tuntap add ktc0ffee0123456 mode tap");
    try (var next = host.call(() -> HostNetwork.open(SampleNetworks.ROOT))) {
      assertThat(host.call(() -> next.adopt(List.of(WEB), List.of(PUBLISHED))))
          .containsExactly("TAP ktc0ffee0123456 was abandoned, and is deleted");
      assertThat(host.sh(STATE)).contains(A.tap(), "8080").doesNotContain("ktc0ffee0123456");
      host.sh("ip link del " + A.tap());
      assertThat(host.call(next::reconcile)).singleElement().asString().contains("is gone");
    }
  }

  @Test
  void aFailureToConnectLeavesNoRules() throws Exception {
    run(() -> network.up(WEB));
    host.sh("ip link del " + WEB.bridge());
    assertThatThrownBy(() -> run(() -> network.attach(PUBLISHED, 65_534)))
        .isInstanceOf(KernelRefused.class);
    assertThat(host.sh(STATE)).doesNotContain("8080", A.tap());
  }

  /** Prints what docs/networking.md quotes; how long it takes is the host's affair. */
  @Test
  void aContainerIsConnectedAndDisconnectedAgainAndAgainWithoutAProcess() throws Exception {
    run(() -> network.up(WEB));
    var times = new long[40];
    var floor = new long[times.length];
    var byPrograms = 0L;
    for (var i = 0; i < times.length; i++) {
      var before = OwnChildren.work();
      var start = System.nanoTime();
      run(() -> network.attach(PUBLISHED, 65_534));
      times[i] = System.nanoTime() - start;
      run(() -> network.detach(A));
      byPrograms += OwnChildren.work() - before;
      start = System.nanoTime();
      host.sh("ip link show lo; nft list tables");
      floor[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    Arrays.sort(floor);
    System.out.printf(
        "net-setup: a container connected in %.2f ms; a shell with ip and nft %.2f ms%n",
        times[20] / 1e6, floor[20] / 1e6);
    assertThat(byPrograms).isZero();
    assertThat(host.sh(STATE)).doesNotContain(A.tap(), "8080");
  }

  private void run(Runnable step) throws Exception {
    Callable<Object> call =
        () -> {
          step.run();
          return "";
        };
    host.call(call);
  }
}
