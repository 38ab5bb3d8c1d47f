package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirewallPlanTest {
  private static final Network WEB = SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");
  private static final Lease A =
      new Lease(
          WEB.id(),
          "a",
          MacAddress.parse("02:00:00:00:00:02"),
          IpAddress.parse("10.7.0.2"),
          IpAddress.parse("fd00:7::2"));

  @Test
  void aPlainContainerIsGuardedAndMasked() {
    var tap = '"' + A.tap() + '"';
    var mac = "02:00:00:00:00:02";
    assertThat(texts(Endpoint.plain(WEB, A)))
        .containsExactlyInAnyOrder(
            "taps " + tap,
            "macs " + tap + " . " + mac,
            "senders4 " + tap + " . " + mac + " . 10.7.0.2",
            "senders6 " + tap + " . " + mac + " . fd00:7::2",
            "senders6 " + tap + " . " + mac + " . fe80::ff:fe00:2",
            "targets6 " + tap + " . " + mac + " . 0xfd000007000000000000000000000002",
            "targets6 " + tap + " . " + mac + " . 0xfe80000000000000000000fffe000002",
            "sources4 10.7.0.2",
            "sources6 fd00:7::2");
  }

  @Test
  void networksSayWhatPassesBetweenTheirBridges() {
    var bridge = '"' + WEB.bridge() + '"';
    assertThat(FirewallPlan.of(List.of(WEB), List.of()))
        .extracting(FirewallPlanTest::text)
        .containsExactlyInAnyOrder("bridges " + bridge, "same " + bridge + " . " + bridge);
    var closed =
        new Network(
            WEB.id(), "web", WEB.v4(), null, true, true, 0, Map.of(), Map.of(), WEB.created());
    assertThat(FirewallPlan.of(List.of(closed), List.of()))
        .extracting(FirewallPlanTest::text)
        .containsExactlyInAnyOrder("bridges " + bridge, "internal " + bridge);
  }

  @Test
  void portsGoToTheAddressesOfTheirFamily() {
    var ports =
        List.of(
            new PublishedPort(null, 8080, 80, Protocol.TCP),
            new PublishedPort(IpAddress.parse("0.0.0.0"), 53, 5353, Protocol.UDP),
            new PublishedPort(IpAddress.parse("2001:db8::5"), 443, 8443, Protocol.TCP));
    assertThat(texts(new Endpoint(WEB, A, ports, false, null)))
        .filteredOn(text -> text.startsWith("publish"))
        .containsExactlyInAnyOrder(
            "publish4 tcp . 8080 : 10.7.0.2 . 80",
            "publish6 tcp . 8080 : fd00:7::2 . 80",
            "publish4 udp . 53 : 10.7.0.2 . 5353",
            "publish6at 2001:db8::5 . tcp . 443 : fd00:7::2 . 8443");
  }

  @Test
  void aPolicyIsCutIntoRangesThatDoNotOverlap() {
    var allowed =
        List.of(
                "192.0.2.0/24:80-90",
                "192.0.2.7:85-95",
                "10.0.0.0/8",
                "10.1.0.0/16",
                "[fd00::/8]:53")
            .stream()
            .map(EgressRule::parse)
            .map(EgressRule.ToSubnet.class::cast)
            .toList();
    assertThat(texts(new Endpoint(WEB, A, List.of(), true, allowed)))
        .filteredOn(text -> text.matches("(allow|policed|refused|trusted).*"))
        .containsExactlyInAnyOrder(
            "allow4 10.7.0.2 . 192.0.2.0/24 . 80-90",
            "allow4 10.7.0.2 . 192.0.2.7 . 91-95",
            "allowall4 10.7.0.2 . 10.0.0.0/8",
            "allow6 fd00:7::2 . fd00::/8 . 53",
            "policed4 10.7.0.2",
            "policed6 fd00:7::2",
            "refused4 10.7.0.2",
            "refused6 fd00:7::2",
            "trusted4 10.7.0.2",
            "trusted6 fd00:7::2");
  }

  private static List<String> texts(Endpoint endpoint) {
    return FirewallPlan.of(List.of(), List.of(endpoint)).stream()
        .map(FirewallPlanTest::text)
        .toList();
  }

  private static String text(FirewallElement element) {
    return element.set().setName() + " " + element.text();
  }
}
