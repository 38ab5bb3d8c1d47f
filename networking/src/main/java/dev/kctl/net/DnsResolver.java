package dev.kctl.net;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers one container's queries, bytes in and bytes out. A name that is known is answered with
 * NOERROR for every type, and one of a single label that is not known with NXDOMAIN at once: musl
 * takes anything else for a failure of the server (docs/networking.md).
 */
public final class DnsResolver {
  private static final int BURST = 500;
  private static final int PER_SECOND = 200;
  private static final int MOST_WAITING = 64;
  private static final int LONGEST_QUERY = 4096;

  private final Supplier<NetworkNames> names;
  private final DnsUpstream upstream;
  private final DnsPolicy policy;
  private final RateLimit limit;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  /**
   * Makes a container's resolver.
   *
   * @param names what it sees now, asked for with every query
   */
  public DnsResolver(Supplier<NetworkNames> names, DnsUpstream upstream, DnsPolicy policy) {
    this(names, upstream, policy, System::nanoTime);
  }

  DnsResolver(
      Supplier<NetworkNames> names, DnsUpstream upstream, DnsPolicy policy, LongSupplier nanos) {
    this.limit = new RateLimit(BURST, PER_SECOND, nanos);
    this.names = names;
    this.upstream = upstream;
    this.policy = policy;
  }

  /**
   * Answers, possibly after waiting for the upstream: call it on a thread that may wait.
   *
   * @param overTcp whether the answer may be of any length
   * @return empty where nothing is to be answered
   */
  public Optional<byte[]> answer(byte[] query, boolean overTcp) {
    if (query.length < DnsMessage.HEADER || query.length > LONGEST_QUERY || !limit.allows()) {
      return Optional.empty();
    }
    if ((query[2] & 0x80) != 0) {
      return Optional.empty(); // an answer, which nobody asked for
    }
    try {
      var message = DnsMessage.decode(query);
      var longest = overTcp ? 0xffff : DnsReply.udpLimit(message);
      return Optional.of(answer(query, message, longest));
    } catch (DnsException _) {
      return Optional.of(DnsReply.malformed(query));
    }
  }

  private byte[] answer(byte[] query, DnsMessage message, int limit) {
    var question = message.question();
    if (message.opcode() != 0) {
      return DnsReply.empty(query, message, DnsReply.NOTIMP);
    }
    if (question.recordClass() != DnsQuestion.IN) {
      return DnsReply.empty(query, message, DnsReply.REFUSED);
    }
    var seen = names.get();
    var known = seen.addresses(question.name());
    if (known.isPresent()) {
      return DnsReply.of(query, message, data(question.type(), known.get()), limit);
    }
    var address = NetworkNames.reversed(question.name());
    if (address.isPresent() && seen.isOurs(address.get())) {
      return reverse(query, message, seen.name(address.get()), limit);
    }
    if (!question.name().contains(".") && !question.name().isEmpty()) {
      return DnsReply.empty(query, message, DnsReply.NXDOMAIN);
    }
    if (!policy.allows(question.name())) {
      return DnsReply.empty(query, message, DnsReply.NXDOMAIN);
    }
    return forward(query, message, limit);
  }

  private static List<byte[]> data(int type, List<IpAddress> addresses) {
    return addresses.stream()
        .filter(a -> type == (a.family() == Family.IPV4 ? DnsQuestion.A : DnsQuestion.AAAA))
        .map(IpAddress::bytes)
        .toList();
  }

  private static byte[] reverse(
      byte[] query, DnsMessage message, Optional<String> name, int limit) {
    if (name.isEmpty()) {
      return DnsReply.empty(query, message, DnsReply.NXDOMAIN);
    }
    var data =
        message.question().type() == DnsQuestion.PTR
            ? List.of(DnsReply.name(name.get()))
            : List.<byte[]>of();
    return DnsReply.of(query, message, data, limit);
  }

  private byte[] forward(byte[] query, DnsMessage message, int limit) {
    if (!waiting.tryAcquire()) {
      return DnsReply.empty(query, message, DnsReply.SERVFAIL);
    }
    try {
      var reply = upstream.ask(query);
      var read = DnsMessage.decode(reply);
      if (!read.addresses().isEmpty()) {
        policy.resolved(message.question().name(), read.addresses());
      }
      return reply.length <= limit ? reply : DnsReply.truncated(query, message);
    } catch (IOException | DnsException _) {
      return DnsReply.empty(query, message, DnsReply.SERVFAIL);
    } finally {
      waiting.release();
    }
  }
}
