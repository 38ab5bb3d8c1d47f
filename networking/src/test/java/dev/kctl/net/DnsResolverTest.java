package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsResolverTest {
  private static final Network WEB = SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");
  private static final Network OTHER = SampleNetworks.network("other", "10.8.0.0/16", null);
  private static final int TXT = 16;

  private final List<String> forwarded = new ArrayList<>();
  private final NetworkNames names =
      NetworkNames.of(
          List.of(WEB),
          List.of(
              named(WEB, "10.7.0.2", "fd00:7::2", "Db", "database", "0123456789ab"),
              named(WEB, "10.7.0.3", null, "cache", "database"),
              named(OTHER, "10.8.0.2", null, "secret")));
  private final DnsResolver resolver = resolver(DnsPolicy.ALL);

  @Test
  void answersNamesAliasesAndShortIdsWithTheAddressesOfTheType() throws Exception {
    assertThat(ask("db", DnsQuestion.A).addresses()).containsExactly(IpAddress.parse("10.7.0.2"));
    assertThat(ask("DB", DnsQuestion.AAAA).addresses())
        .containsExactly(IpAddress.parse("fd00:7::2"));
    assertThat(ask("0123456789AB", DnsQuestion.A).addresses()).hasSize(1);
    assertThat(ask("database", DnsQuestion.A).addresses())
        .containsExactly(IpAddress.parse("10.7.0.2"), IpAddress.parse("10.7.0.3"));
    assertThat(forwarded).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {DnsQuestion.AAAA, TXT, DnsQuestion.PTR, 255})
  void aKnownNameIsNeverDeniedForAnyType(int type) throws Exception {
    var answer = ask("cache", type);
    assertThat(answer.responseCode()).isEqualTo(DnsReply.NOERROR);
    assertThat(answer.addresses()).isEmpty();
    assertThat(answer.isTruncated()).isFalse();
  }

  @Test
  void namesOfOtherNetworksAndUnknownOnesOfOneLabelAreDeniedAtOnce() throws Exception {
    for (var name : List.of("secret", "nobody")) {
      assertThat(ask(name, DnsQuestion.A).responseCode()).isEqualTo(DnsReply.NXDOMAIN);
    }
    assertThat(forwarded).isEmpty();
  }

  @Test
  void knowsTheNamesOfItsOwnAddressesAndAsksForOthers() throws Exception {
    var reply =
        resolver.answer(DnsQuery.of("2.0.7.10.in-addr.arpa", DnsQuestion.PTR).bytes(), false);
    assertThat(new String(reply.orElseThrow(), StandardCharsets.ISO_8859_1)).endsWith("\2Db\0");
    var six = DnsQuery.reverse(IpAddress.parse("fd00:7::2"));
    assertThat(ask(six, DnsQuestion.PTR).responseCode()).isZero();
    assertThat(ask("9.0.7.10.in-addr.arpa", DnsQuestion.PTR).responseCode())
        .isEqualTo(DnsReply.NXDOMAIN);
    assertThat(forwarded).isEmpty();
    ask("1.2.0.192.in-addr.arpa", DnsQuestion.PTR);
    assertThat(forwarded).containsExactly("1.2.0.192.in-addr.arpa");
  }

  @Test
  void theRestIsAskedForAndTheAnswerPassedOnAsItIs() throws Exception {
    var query = DnsQuery.of("Example.ORG", DnsQuestion.A).id(77).udpSize(1232).bytes();
    var reply = resolver.answer(query, false).orElseThrow();
    assertThat(reply).isEqualTo(DnsQuery.answer(query, 0, IpAddress.parse("192.0.2.80")));
    assertThat(forwarded).containsExactly("example.org");
  }

  @Test
  void anAnswerThatDoesNotFitIsAskedForAgainByTcp() throws Exception {
    var query = DnsQuery.of("big.example.org", DnsQuestion.A).bytes();
    var cut = DnsMessage.decode(resolver.answer(query, false).orElseThrow());
    assertThat(cut.isTruncated()).isTrue();
    var whole = DnsMessage.decode(resolver.answer(query, true).orElseThrow());
    assertThat(whole.isTruncated()).isFalse();
    assertThat(whole.addresses()).hasSize(100);
  }

  @Test
  void aFailureAboveIsAFailureHereButNotForKnownNames() throws Exception {
    var lost =
        new DnsResolver(
            () -> names,
            _ -> {
              throw new IOException("no network");
            },
            DnsPolicy.ALL);
    assertThat(ask(lost, "example.org", DnsQuestion.A).responseCode()).isEqualTo(DnsReply.SERVFAIL);
    assertThat(ask(lost, "db", DnsQuestion.A).responseCode()).isZero();
  }

  @Test
  void namesThatMayNotLeaveAreDeniedAndCounted() throws Exception {
    var changes = new ArrayList<String>();
    var policy =
        new EgressNames(
            List.of(
                EgressRule.parse("example.org:443"),
                EgressRule.parse("*.example.net"),
                EgressRule.parse("198.51.100.0/24")),
            () -> changes.add("changed"));
    var policed = resolver(policy);
    assertThat(ask(policed, "db", DnsQuestion.A).responseCode()).isZero();
    for (var name : List.of("evil.example.com", "sub.example.org", "example.net")) {
      assertThat(ask(policed, name, DnsQuestion.A).responseCode()).isEqualTo(DnsReply.NXDOMAIN);
    }
    assertThat(forwarded).isEmpty();
    assertThat(policy.denied())
        .containsOnlyKeys("evil.example.com", "sub.example.org", "example.net");
    assertThat(policy.destinations())
        .extracting(EgressRule.ToSubnet::toString)
        .containsExactly("198.51.100.0/24");

    assertThat(ask(policed, "EXAMPLE.org", DnsQuestion.A).addresses()).hasSize(1);
    assertThat(ask(policed, "a.b.example.net", DnsQuestion.A).addresses()).hasSize(1);
    assertThat(ask(policed, "a.b.example.net", DnsQuestion.A).addresses()).hasSize(1);
    assertThat(changes).hasSize(2);
    assertThat(policy.destinations())
        .extracting(EgressRule.ToSubnet::toString)
        .containsExactly("192.0.2.80:443", "192.0.2.80", "198.51.100.0/24");
    assertThat(ask(resolver(DnsPolicy.NONE), "example.org", DnsQuestion.A).responseCode())
        .isEqualTo(DnsReply.NXDOMAIN);
  }

  @Test
  void whatIsNoQueryIsRefusedOrDropped() {
    assertThat(resolver.answer(new byte[11], false)).isEmpty();
    assertThat(resolver.answer(new byte[5000], false)).isEmpty();
    var answer = DnsQuery.answer(DnsQuery.of("db", 1).bytes(), 0);
    assertThat(resolver.answer(answer, false)).isEmpty();
    var noQuestion = new byte[DnsMessage.HEADER];
    noQuestion[1] = 9;
    assertThat(resolver.answer(noQuestion, false).orElseThrow()).startsWith(0, 9).hasSize(12);
  }

  private DnsMessage ask(String name, int type) throws Exception {
    return ask(resolver, name, type);
  }

  private static DnsMessage ask(DnsResolver resolver, String name, int type) throws Exception {
    var query = DnsQuery.of(name, type).bytes();
    return DnsMessage.decode(resolver.answer(query, false).orElseThrow());
  }

  private DnsResolver resolver(DnsPolicy policy) {
    return new DnsResolver(() -> names, this::upstream, policy);
  }

  private byte[] upstream(byte[] query) throws IOException {
    try {
      var name = DnsMessage.decode(query).question().name();
      forwarded.add(name);
      var count = name.startsWith("big") ? 100 : 1;
      var addresses =
          IntStream.range(0, count).mapToObj(i -> IpAddress.parse("192.0.2." + (80 + i)));
      return DnsQuery.answer(query, 0, addresses.toArray(IpAddress[]::new));
    } catch (DnsException e) {
      throw new IOException(e);
    }
  }

  private static NetworkNames.NamedEndpoint named(
      Network network, String v4, @Nullable String v6, String... names) {
    var address = IpAddress.parse(v4);
    var lease =
        new Lease(
            network.id(),
            names[0],
            MacAddress.of(network.id(), address),
            address,
            v6 == null ? null : IpAddress.parse(v6));
    return new NetworkNames.NamedEndpoint(lease, List.of(names));
  }
}
