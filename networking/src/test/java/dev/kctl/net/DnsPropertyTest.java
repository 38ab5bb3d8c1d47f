package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DnsPropertyTest {
  private static final DnsResolver RESOLVER =
      new DnsResolver(() -> NetworkNames.NONE, DnsPropertyTest::echo, DnsPolicy.ALL);

  @Property
  void aQueryReadsBack(
      @ForAll("names") String name,
      @ForAll @IntRange(max = 65_535) int id,
      @ForAll @IntRange(min = 1, max = 255) int type,
      @ForAll @IntRange(max = 65_535) int udpSize)
      throws Exception {
    var message = DnsMessage.decode(DnsQuery.of(name, type).id(id).udpSize(udpSize).bytes());
    assertThat(message.id()).isEqualTo(id);
    assertThat(message.question()).isEqualTo(new DnsQuestion(name, type, DnsQuestion.IN));
    assertThat(message.udpSize()).isEqualTo(udpSize);
    assertThat(message.isResponse()).isFalse();
  }

  @Property
  void everyAnswerFitsAndSaysWhereItWasCut(
      @ForAll("names") String name,
      @ForAll @Size(max = 200) List<@From("addresses") IpAddress> addresses,
      @ForAll @IntRange(max = 5000) int udpSize)
      throws Exception {
    var type = DnsQuestion.A;
    var query = DnsQuery.of(name, type).udpSize(udpSize).bytes();
    var message = DnsMessage.decode(query);
    var limit = DnsReply.udpLimit(message);
    assertThat(limit).isBetween(512, 1232);
    var reply =
        DnsReply.of(query, message, addresses.stream().map(IpAddress::bytes).toList(), limit);
    assertThat(reply.length).isLessThanOrEqualTo(limit);
    var read = DnsMessage.decode(reply);
    assertThat(read.isResponse()).isTrue();
    assertThat(read.question()).isEqualTo(message.question());
    assertThat(addresses).startsWith(read.addresses().toArray(new IpAddress[0]));
    assertThat(read.isTruncated()).isEqualTo(read.addresses().size() < addresses.size());
    assertThat(read.udpSize() > 0).isEqualTo(udpSize > 0);
  }

  /** Fuzzing: noise, and queries and answers with some bytes changed. */
  @Property(tries = 3000)
  void noBytesBreakTheReaderOrTheResolver(@ForAll("mutated") byte[] bytes) {
    try {
      DnsMessage.decode(bytes);
    } catch (DnsException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
    new DnsResolver(() -> NetworkNames.NONE, DnsPropertyTest::echo, DnsPolicy.ALL)
        .answer(bytes, false)
        .ifPresent(
            reply -> {
              assertThat(reply.length).isBetween(DnsMessage.HEADER, 1232);
              assertThat(reply[0]).isEqualTo(bytes[0]);
              assertThat(reply[1]).isEqualTo(bytes[1]);
              assertThat(reply[2] & 0x80).isNotZero();
            });
  }

  @Property
  void reversedNamesLeadBack(@ForAll("addresses") IpAddress address) {
    assertThat(NetworkNames.reversed(DnsQuery.reverse(address))).contains(address);
  }

  @Property(tries = 20)
  void whoAsksTooOftenIsNotAnswered(@ForAll @IntRange(min = 700, max = 900) int times) {
    var now = new long[1];
    var resolver =
        new DnsResolver(
            () -> NetworkNames.NONE, DnsPropertyTest::echo, DnsPolicy.ALL, () -> now[0]++);
    var query = DnsQuery.of("nobody", DnsQuestion.A).bytes();
    var answered =
        IntStream.range(0, times).filter(_ -> resolver.answer(query, false).isPresent()).count();
    assertThat(answered).isBetween(500L, 690L);
  }

  @Property
  void theRateIsKept(@ForAll @Size(max = 50) List<@IntRange(max = 1_000_000_000) Integer> pauses) {
    var now = new long[1];
    var limit = new RateLimit(3, 2, () -> now[0]);
    var allowed = 0;
    for (var pause : pauses) {
      now[0] += pause;
      allowed += limit.allows() ? 1 : 0;
    }
    assertThat(allowed).isLessThanOrEqualTo(3 + (int) Math.ceil(now[0] / 1e9 * 2));
  }

  private static byte[] echo(byte[] query) throws IOException {
    var reply = query.clone();
    reply[2] |= (byte) 0x80;
    return reply;
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars('0', '9', '-', '_')
        .ofMinLength(1)
        .ofMaxLength(30)
        .list()
        .ofMinSize(1)
        .ofMaxSize(7)
        .map(labels -> String.join(".", labels));
  }

  @Provide
  Arbitrary<IpAddress> addresses() {
    return Arbitraries.bytes().array(byte[].class).ofSize(4).map(IpAddress::of);
  }

  @Provide
  Arbitrary<byte[]> mutated() {
    var queries = names().map(name -> DnsQuery.of(name, DnsQuestion.A).udpSize(1232).bytes());
    var answers =
        names()
            .map(
                name -> {
                  var query = DnsQuery.of(name, DnsQuestion.A).bytes();
                  return RESOLVER.answer(query, true).orElse(query);
                });
    var changes = Arbitraries.integers().between(0, 600).tuple2().list().ofMaxSize(6);
    var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(100);
    var pointers = Arbitraries.of((byte) 0xc0, (byte) 0xff, (byte) 0, (byte) 12, (byte) 63);
    var spoiled =
        Combinators.combine(Arbitraries.oneOf(queries, answers), changes, pointers)
            .as(
                (bytes, places, value) -> {
                  var changed = bytes.clone();
                  for (var place : places) {
                    changed[place.get1() % changed.length] =
                        place.get2() % 2 == 0 ? value : (byte) (int) place.get2();
                  }
                  return changed;
                });
    return Arbitraries.oneOf(noise, spoiled);
  }
}
