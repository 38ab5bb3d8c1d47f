package dev.kctl.net;

import java.util.ArrayList;
import java.util.List;

/**
 * What kctl reads of a DNS message.
 *
 * @param question the only one
 * @param questionEnd where the question's bytes end; they begin after the header
 * @param addresses of the answers
 * @param udpSize what the sender takes as a datagram; 0 where it did not say (no EDNS)
 */
record DnsMessage(
    int id,
    int flags,
    DnsQuestion question,
    int questionEnd,
    List<IpAddress> addresses,
    int udpSize) {
  static final int HEADER = 12;
  static final int RESPONSE = 0x8000;
  static final int TRUNCATED = 0x0200;
  static final int RECURSION_DESIRED = 0x0100;
  static final int RECURSION_AVAILABLE = 0x0080;

  private static final int OPT = 41;
  private static final int MOST_RECORDS = 1000;
  private static final int TTL = 4;

  static DnsMessage decode(byte[] bytes) throws DnsException {
    var reader = new DnsReader(bytes);
    var id = reader.number();
    var flags = reader.number();
    var questions = reader.number();
    var answers = reader.number();
    var others = reader.number() + reader.number();
    if (questions != 1) {
      throw new DnsException(questions + " questions");
    }
    if (answers + others > MOST_RECORDS) {
      throw new DnsException(answers + others + " records");
    }
    var question = new DnsQuestion(reader.name(), reader.number(), reader.number());
    var questionEnd = reader.position();
    var addresses = new ArrayList<IpAddress>();
    var udpSize = 0;
    for (var i = 0; i < answers + others; i++) {
      reader.name();
      var type = reader.number();
      var recordClass = reader.number();
      reader.skip(TTL);
      var data = reader.bytes(reader.number());
      if (type == OPT && i >= answers) {
        udpSize = recordClass;
      } else if (i < answers && recordClass == DnsQuestion.IN && isAddress(type, data)) {
        addresses.add(IpAddress.of(data));
      }
    }
    return new DnsMessage(id, flags, question, questionEnd, List.copyOf(addresses), udpSize);
  }

  private static boolean isAddress(int type, byte[] data) {
    return (type == DnsQuestion.A && data.length == 4)
        || (type == DnsQuestion.AAAA && data.length == 16);
  }

  boolean isResponse() {
    return (flags & RESPONSE) != 0;
  }

  boolean isTruncated() {
    return (flags & TRUNCATED) != 0;
  }

  int opcode() {
    return flags >> 11 & 15;
  }

  int responseCode() {
    return flags & 15;
  }
}
