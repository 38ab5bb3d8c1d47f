package dev.kctl.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes answers. The question goes back byte for byte, for those who vary its case on purpose. */
final class DnsReply {
  static final int NOERROR = 0;
  static final int FORMERR = 1;
  static final int SERVFAIL = 2;
  static final int NXDOMAIN = 3;
  static final int NOTIMP = 4;
  static final int REFUSED = 5;

  /** Old resolvers take no more, and those of musl before 1.2.4 cannot ask again by TCP. */
  private static final int SMALLEST_LIMIT = 512;

  /** What passes every path without fragments (DNS flag day 2020). */
  private static final int OUR_UDP_SIZE = 1232;

  /** Containers come and go. */
  private static final int TTL_SECONDS = 5;

  private static final int NAME_OF_QUESTION = 0xc000 | DnsMessage.HEADER;
  private static final int OPT_LENGTH = 11;
  private static final int OPT = 41;

  private DnsReply() {}

  /** How long an answer by datagram may be. */
  static int udpLimit(DnsMessage query) {
    return Math.max(SMALLEST_LIMIT, Math.min(query.udpSize(), OUR_UDP_SIZE));
  }

  /** Answers that a query could not be read; only its number is known. */
  static byte[] malformed(byte[] query) {
    var reply = ByteBuffer.allocate(DnsMessage.HEADER).put(query[0]).put(query[1]);
    return reply.putShort((short) (DnsMessage.RESPONSE | FORMERR)).array();
  }

  /** An answer without records. */
  static byte[] empty(byte[] query, DnsMessage message, int responseCode) {
    return write(query, message, responseCode, List.of(), Integer.MAX_VALUE);
  }

  /**
   * An answer with the data of records of the type that was asked for; those that do not fit are
   * left out, and the answer says so.
   */
  static byte[] of(byte[] query, DnsMessage message, List<byte[]> data, int limit) {
    return write(query, message, NOERROR, data, limit);
  }

  /** An answer that only says that it was too long. */
  static byte[] truncated(byte[] query, DnsMessage message) {
    return write(query, message, NOERROR, List.of(new byte[SMALLEST_LIMIT]), 0);
  }

  private static byte[] write(
      byte[] query, DnsMessage message, int responseCode, List<byte[]> data, int limit) {
    var opt = message.udpSize() == 0 ? 0 : OPT_LENGTH;
    var records = new ByteArrayOutputStream();
    var count = 0;
    for (var one : data) {
      var bytes = record(message.question(), one);
      if (message.questionEnd() + records.size() + bytes.length + opt > limit) {
        break;
      }
      records.writeBytes(bytes);
      count++;
    }
    var flags =
        DnsMessage.RESPONSE
            | DnsMessage.RECURSION_AVAILABLE
            | (message.flags() & DnsMessage.RECURSION_DESIRED)
            | (count < data.size() ? DnsMessage.TRUNCATED : 0)
            | responseCode;
    var reply = ByteBuffer.allocate(message.questionEnd() + records.size() + opt);
    reply.putShort((short) message.id()).putShort((short) flags);
    reply.putShort((short) 1).putShort((short) count).putShort((short) 0);
    reply.putShort((short) (opt == 0 ? 0 : 1));
    reply.put(query, DnsMessage.HEADER, message.questionEnd() - DnsMessage.HEADER);
    reply.put(records.toByteArray());
    if (opt != 0) {
      reply.put((byte) 0).putShort((short) OPT).putShort((short) OUR_UDP_SIZE);
    }
    return reply.array();
  }

  private static byte[] record(DnsQuestion question, byte[] data) {
    return ByteBuffer.allocate(12 + data.length)
        .putShort((short) NAME_OF_QUESTION)
        .putShort((short) question.type())
        .putShort((short) question.recordClass())
        .putInt(TTL_SECONDS)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /** The bytes of a name of letters, digits and the like; longer labels than 63 are cut. */
  static byte[] name(String text) {
    var bytes = new ByteArrayOutputStream();
    for (var label : text.split("\\.", -1)) {
      var ascii = label.getBytes(StandardCharsets.US_ASCII);
      var cut = Arrays.copyOf(ascii, Math.min(63, ascii.length));
      if (cut.length > 0) {
        bytes.write(cut.length);
        bytes.writeBytes(cut);
      }
    }
    bytes.write(0);
    return bytes.toByteArray();
  }
}
