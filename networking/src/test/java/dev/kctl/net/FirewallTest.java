package dev.kctl.net;

import static dev.kctl.net.Lab.HOST4;
import static dev.kctl.net.Lab.HOST6;
import static dev.kctl.net.Lab.OUTSIDE4;
import static dev.kctl.net.Lab.OUTSIDE6;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules do, between machines of a lab. */
class FirewallTest {
  private static final Network WEB = SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");
  private static final Network OTHER =
      SampleNetworks.network("other", "10.8.0.0/16", "fd00:8::/64");
  private static final Lease A = lease(WEB, "a", "10.7.0.2", "fd00:7::2");
  private static final Lease B = lease(WEB, "b", "10.7.0.3", "fd00:7::3");
  private static final Lease C = lease(OTHER, "c", "10.8.0.2", "fd00:8::2");
  private static final PublishedPort PORT = new PublishedPort(null, 8080, 80, Protocol.TCP);
  private static final String REFUSED = "ConnectException";
  private static final String SILENCE = "SocketTimeoutException";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPublishedPortIsReachedFromEverywhereWithTheClientsAddress(boolean filtered)
      throws Exception {
    try (var lab = new Lab()) {
      lab.bridgedFramesAreFiltered(filtered);
      lab.add(WEB);
      lab.add(OTHER);
      var a = lab.container(WEB, A);
      var b = lab.container(WEB, B);
      var c = lab.container(OTHER, C);
      lab.apply(publishing(A, PORT), Endpoint.plain(WEB, B), Endpoint.plain(OTHER, C));
      lab.serve(a, 80);

      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo(OUTSIDE4);
      assertThat(lab.connect(lab.outside, HOST6, 8080)).isEqualTo(OUTSIDE6);
      assertThat(lab.connect(lab.host, HOST4, 8080)).isEqualTo(HOST4);
      assertThat(lab.connect(lab.host, HOST6, 8080)).isEqualTo(HOST6);
      assertThat(lab.connect(lab.host, "10.7.0.2", 80)).isEqualTo("10.7.0.1");
      for (var inside : List.of(a, b, c)) {
        for (var address : List.of(HOST4, HOST6, "10.7.0.1", "fd00:7::1")) {
          var seen = lab.connect(inside, address, 8080);
          assertThat(seen).as("to %s", address).matches("10\\.7\\.0\\.1|fd00:7::1");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void networksDoNotReachEachOtherNorDoesTheOutsideReachThem(boolean filtered) throws Exception {
    try (var lab = new Lab()) {
      lab.bridgedFramesAreFiltered(filtered);
      lab.add(WEB);
      lab.add(OTHER);
      var a = lab.container(WEB, A);
      var b = lab.container(WEB, B);
      var c = lab.container(OTHER, C);
      lab.apply(Endpoint.plain(WEB, A), Endpoint.plain(WEB, B), Endpoint.plain(OTHER, C));
      lab.serve(a, 80);

      assertThat(lab.connect(b, "10.7.0.2", 80)).isEqualTo("10.7.0.3");
      assertThat(lab.connect(b, "fd00:7::2", 80)).isEqualTo("fd00:7::3");
      assertThat(lab.connect(c, "10.7.0.2", 80)).isEqualTo(REFUSED);
      assertThat(lab.connect(c, "fd00:7::2", 80)).isEqualTo(REFUSED);
      assertThat(lab.tryConnect(lab.outside, "10.7.0.2", 80)).isEqualTo(SILENCE);
      assertThat(lab.tryConnect(lab.outside, "fd00:7::2", 80)).isEqualTo(SILENCE);
    }
  }

  @Test
  void theOutsideSeesTheHostsAddressAndTheHostsServicesNeedAnOptIn() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      var b = lab.container(WEB, B);
      lab.apply(Endpoint.plain(WEB, A), new Endpoint(WEB, B, List.of(), true, null));
      lab.serve(lab.outside, 443);
      lab.serve(lab.host, 5432);

      assertThat(lab.connect(a, OUTSIDE4, 443)).isEqualTo(HOST4);
      assertThat(lab.connect(a, OUTSIDE6, 443)).isEqualTo(HOST6);
      for (var address : List.of("10.7.0.1", "fd00:7::1", HOST4, HOST6)) {
        assertThat(lab.connect(a, address, 5432)).as(address).isEqualTo(REFUSED);
        assertThat(lab.connect(b, address, 5432)).as(address).matches("10.7.0.3|fd00:7::3");
      }
    }
  }

  @Test
  void nothingLeadsOutOfAnInternalNetworkOrIntoIt() throws Exception {
    var internal =
        new Network(
            WEB.id(), "web", WEB.v4(), WEB.v6(), true, false, 0, Map.of(), Map.of(), WEB.created());
    try (var lab = new Lab()) {
      lab.add(internal);
      lab.add(OTHER);
      var a = lab.container(internal, A);
      var b = lab.container(internal, B);
      var c = lab.container(OTHER, C);
      lab.apply(
          new Endpoint(internal, A, List.of(PORT), false, null),
          Endpoint.plain(internal, B),
          new Endpoint(
              OTHER, C, List.of(new PublishedPort(null, 9090, 80, Protocol.TCP)), false, null));
      lab.serve(a, 80);
      lab.serve(c, 80);
      lab.serve(lab.outside, 443);

      assertThat(lab.connect(b, "10.7.0.2", 80)).isEqualTo("10.7.0.3");
      assertThat(lab.connect(a, OUTSIDE4, 443)).isEqualTo(REFUSED);
      assertThat(lab.connect(a, OUTSIDE6, 443)).isEqualTo(REFUSED);
      assertThat(lab.tryConnect(a, HOST4, 9090)).contains("Exception");
      assertThat(lab.tryConnect(c, HOST4, 8080)).isEqualTo(SILENCE);
      assertThat(lab.tryConnect(lab.outside, HOST4, 8080)).isEqualTo(SILENCE);
    }
  }

  @Test
  void aPortOfOneAddressIsNotReachedByAnother() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      lab.host.sh("ip addr add 192.0.2.3/24 dev up0");
      lab.apply(publishing(A, new PublishedPort(IpAddress.parse(HOST4), 8080, 80, Protocol.TCP)));
      lab.serve(a, 80);
      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo(OUTSIDE4);
      assertThat(lab.connect(lab.outside, "192.0.2.3", 8080)).isEqualTo("ConnectException");
      assertThat(lab.connect(lab.outside, HOST6, 8080)).isEqualTo("ConnectException");
    }
  }

  @Test
  void aPolicyLetsOutWhatItAllowsAndCountsTheRest() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      lab.serve(a, 80);
      for (var port : List.of(443, 444)) {
        lab.serve(lab.outside, port);
      }
      lab.apply(
          policed(
              "192.0.2.0/24:443", "[2001:db8::/64]:443", "192.0.2.0/28:440-443", "198.51.100.7"));
      assertThat(lab.connect(a, OUTSIDE4, 443)).isEqualTo(HOST4);
      assertThat(lab.connect(a, OUTSIDE6, 443)).isEqualTo(HOST6);
      assertThat(lab.connect(a, OUTSIDE4, 444)).isEqualTo(REFUSED);
      assertThat(lab.connect(a, OUTSIDE6, 444)).isEqualTo(REFUSED);
      // What comes in by a published port is answered all the same.
      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo(OUTSIDE4);

      assertThat(lab.firewall.refused().get(A.v4())).isPositive();
      assertThat(lab.firewall.refused().get(A.v6())).isPositive();
      assertThat(lab.firewall.attempts())
          .extracting(
              RefusedAttempt::from,
              RefusedAttempt::to,
              RefusedAttempt::protocol,
              RefusedAttempt::port)
          .contains(
              Tuple.tuple(A.v4(), IpAddress.parse(OUTSIDE4), 6, 444),
              Tuple.tuple(A.v6(), IpAddress.parse(OUTSIDE6), 6, 444));

      lab.apply(policed("192.0.2.1"));
      assertThat(lab.connect(a, OUTSIDE4, 444)).isEqualTo(HOST4);
      assertThat(lab.connect(a, OUTSIDE6, 443)).isEqualTo(REFUSED);
      lab.apply(Endpoint.plain(WEB, A));
      assertThat(lab.connect(a, OUTSIDE6, 443)).isEqualTo(HOST6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aContainerCannotTakeTheAddressOfAnother(boolean filtered) throws Exception {
    try (var lab = new Lab()) {
      lab.bridgedFramesAreFiltered(filtered);
      lab.add(WEB);
      var a = lab.container(WEB, A);
      var b = lab.container(WEB, B);
      lab.apply(Endpoint.plain(WEB, A), Endpoint.plain(WEB, B));
      lab.serve(b, 80);
      assertThat(lab.connect(a, "10.7.0.3", 80)).isEqualTo("10.7.0.2");
      for (var foreign : List.of("10.7.0.9/16", "fd00:7::9/64")) {
        var to = foreign.contains(":") ? "fd00:7::3" : "10.7.0.3";
        a.sh("ip addr add " + foreign + " dev eth0" + (foreign.contains(":") ? " nodad" : ""));
        var source = foreign.substring(0, foreign.indexOf('/'));
        a.sh("ip route replace " + to + " dev eth0 src " + source);
        assertThat(lab.tryConnect(a, to, 80))
            .as(foreign)
            .isNotEqualTo(foreign)
            .contains("Exception");
        a.sh("ip route del " + to + " dev eth0; ip addr del " + foreign + " dev eth0");
      }
      assertThat(lab.connect(a, "fd00:7::3", 80)).isEqualTo("fd00:7::2");
      a.sh("ip link set eth0 address 02:00:00:00:00:99");
      assertThat(lab.tryConnect(a, "10.7.0.3", 80)).contains("Exception");
    }
  }

  @Test
  void whoSentBeforeAPortWasPublishedIsHeardOnceItsEntryIsForgotten() throws Exception {
    try (var lab = new Lab();
        var conntrack = lab.host.call(Conntrack::open);
        var client = lab.outside.call(() -> new DatagramSocket())) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      lab.serveDatagrams(a, 53, "container");
      lab.serveDatagrams(lab.host, 5353, "host");
      lab.apply(Endpoint.plain(WEB, A));
      assertThat(Lab.ask(client, HOST4, 5353)).isEqualTo("host");
      lab.apply(publishing(A, new PublishedPort(null, 5353, 53, Protocol.UDP)));
      assertThat(Lab.ask(client, HOST4, 5353)).isEqualTo("host");
      assertThat(conntrack.forget(List.of(port(Protocol.TCP, 5353)), List.of())).isZero();
      assertThat(conntrack.forget(List.of(port(Protocol.UDP, 5353)), List.of())).isPositive();
      assertThat(Lab.ask(client, HOST4, 5353)).isEqualTo("container");
      lab.apply(Endpoint.plain(WEB, A));
      assertThat(conntrack.forget(List.of(), List.of(A.v4()))).isPositive();
      assertThat(Lab.ask(client, HOST4, 5353)).isEqualTo("host");
    }
  }

  @Test
  void aFlushIsPutRightAndSaid() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      lab.serve(a, 80);
      lab.apply(publishing(A, PORT));
      assertThat(lab.firewall.reconcile()).isEmpty();
      lab.host.sh("nft flush ruleset");
      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo("ConnectException");
      assertThat(lab.host.call(lab.firewall::reconcile))
          .singleElement()
          .asString()
          .contains("rules");
      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo(OUTSIDE4);
      lab.host.sh("nft flush map inet kctl_c0ffee publish4");
      assertThat(lab.host.call(lab.firewall::reconcile))
          .containsExactly("the elements of inet kctl_c0ffee publish4 were changed");
      assertThat(lab.connect(lab.outside, HOST4, 8080)).isEqualTo(OUTSIDE4);
      assertThat(lab.host.call(lab.firewall::reconcile)).isEmpty();
      // A change after a flush does not wait for the reconciler.
      lab.host.sh("nft flush ruleset");
      lab.apply(publishing(A, new PublishedPort(null, 8081, 80, Protocol.TCP)));
      assertThat(lab.connect(lab.outside, HOST4, 8081)).isEqualTo(OUTSIDE4);
    }
  }

  @Test
  void elementsByNetlinkAreWhatNftWouldHaveMadeOfThem() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      lab.add(OTHER);
      var everything =
          List.of(
              new Endpoint(
                  WEB,
                  A,
                  List.of(PORT, new PublishedPort(IpAddress.parse(HOST6), 53, 5353, Protocol.UDP)),
                  true,
                  List.of(
                      (EgressRule.ToSubnet) EgressRule.parse("192.0.2.0/24:80-90"),
                      (EgressRule.ToSubnet) EgressRule.parse("fd00::/8"))),
              Endpoint.plain(OTHER, C));
      lab.apply(Endpoint.plain(WEB, B));
      lab.apply(everything.toArray(new Endpoint[0]));
      var byNetlink = lab.host.sh("nft list ruleset");
      lab.host.sh("nft flush ruleset");
      assertThat(lab.host.call(lab.firewall::reconcile)).isNotEmpty();
      assertThat(lines(lab.host.sh("nft list ruleset")))
          .isEqualTo(lines(byNetlink))
          .contains("tcp", "publish6at");
    }
  }

  @Test
  void theLastNetworkTakesOurTablesAlongAndNobodyElses() throws Exception {
    try (var lab = new Lab()) {
      lab.host.sh("nft add table inet others; nft add chain inet others c");
      var before = lab.host.sh("nft list ruleset");
      lab.add(WEB);
      lab.apply(Endpoint.plain(WEB, A));
      assertThat(lab.host.sh("nft list tables")).contains("inet kctl_c0ffee", "bridge kctl_c0ffee");
      lab.host.call(
          () -> {
            lab.firewall.apply(List.of(), List.of());
            return null;
          });
      assertThat(lab.host.sh("nft list ruleset")).isEqualTo(before);
      lab.host.call(
          () -> {
            lab.firewall.remove();
            return null;
          });
    }
  }

  /** Prints what docs/networking.md quotes. */
  @Test
  void aContainersElementsComeAndGoInOneTransaction() throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      lab.apply(publishing(A, PORT));
      var other = publishing(B, new PublishedPort(null, 81, 81, Protocol.TCP));
      var times = new long[60];
      var floor = new long[times.length];
      var byPrograms = 0L;
      for (var i = 0; i < times.length; i++) {
        var endpoints =
            i % 2 == 0 ? List.of(publishing(A, PORT), other) : List.of(publishing(A, PORT));
        var before = OwnChildren.work();
        var start = System.nanoTime();
        lab.firewall.apply(List.of(WEB), endpoints);
        times[i] = System.nanoTime() - start;
        byPrograms += OwnChildren.work() - before;
        start = System.nanoTime();
        lab.host.sh("nft list tables");
        floor[i] = System.nanoTime() - start;
      }
      Arrays.sort(times);
      Arrays.sort(floor);
      System.out.printf(
          "net-setup: a container's elements in %.2f ms; a shell with nft %.2f ms%n",
          times[30] / 1e6, floor[30] / 1e6);
      assertThat(byPrograms).isZero();
    }
  }

  private static Endpoint publishing(Lease lease, PublishedPort port) {
    return new Endpoint(WEB, lease, List.of(port), false, null);
  }

  private static Endpoint policed(String... destinations) {
    var allowed =
        Arrays.stream(destinations)
            .map(EgressRule::parse)
            .map(EgressRule.ToSubnet.class::cast)
            .toList();
    return new Endpoint(WEB, A, List.of(PORT), false, allowed);
  }

  private static Lease lease(Network network, String container, String v4, String v6) {
    var address = IpAddress.parse(v4);
    return new Lease(
        network.id(),
        container,
        MacAddress.of(network.id(), address),
        address,
        IpAddress.parse(v6));
  }

  /** Elements have no order, and those of one set may be on one line. */
  private static List<String> lines(String ruleset) {
    return Arrays.stream(ruleset.split("[\\s,]+")).sorted().toList();
  }

  private static PublishedPort port(Protocol protocol, int number) {
    return new PublishedPort(null, number, 53, protocol);
  }
}
