package dev.kctl.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The records of one PAX extended header, and the values kctl knows to read. */
final class PaxHeader {
  /** No records at all. */
  static final PaxHeader NONE = new PaxHeader(new byte[0], new byte[0]);

  private static final String XATTR = "SCHILY.xattr.";
  private static final int MOST_DIGITS = 18;

  private final byte[] owner;
  private final Map<String, byte[]> records = new HashMap<>();
  private final SortedMap<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
  private final SparseMap.Builder sparseRegions;

  /**
   * Takes the records apart.
   *
   * @param owner name of the header entry, for messages
   */
  PaxHeader(byte[] owner, byte[] body) {
    this.owner = owner;
    sparseRegions = new SparseMap.Builder(owner);
    for (var at = 0; at < body.length; ) {
      at = readRecord(body, at);
    }
  }

  SortedMap<byte[], byte[]> xattrs() {
    return xattrs;
  }

  /**
   * A value that may hold any byte but NUL, or the other one where there is no such record or an
   * empty one.
   */
  byte[] name(String key, byte[] otherwise) {
    var value = records.get(key);
    if (value == null || value.length == 0) {
      return otherwise;
    }
    for (var b : value) {
      if (b == 0) {
        throw malformed("NUL in " + key);
      }
    }
    return value;
  }

  /** A whole number that is not negative, or the other value where there is no such record. */
  long number(String key, long otherwise) {
    var value = records.get(key);
    return value == null || value.length == 0 ? otherwise : decimal(key, value, 0, value.length);
  }

  TarTime modified(TarTime otherwise) {
    var value = records.get("mtime");
    if (value == null || value.length == 0) {
      return otherwise;
    }
    var negative = value[0] == '-';
    var point = negative ? 1 : 0;
    while (point < value.length && value[point] != '.') {
      point++;
    }
    var fraction = point == value.length ? 0 : nanos(value, point + 1);
    var start = negative ? 1 : 0;
    if (negative || point - start > MOST_DIGITS) {
      return TarTime.EPOCH;
    }
    return TarTime.bounded(decimal("mtime", value, start, point), fraction);
  }

  /** Whether this is a sparse file of PAX format 0.0 or 0.1; format 1.0 has its map elsewhere. */
  boolean hasSparseRegions() {
    return records.containsKey("GNU.sparse.map")
        || records.containsKey("GNU.sparse.numblocks")
        || !sparseRegions.isEmpty();
  }

  SparseMap.Builder sparseRegions() {
    var map = records.get("GNU.sparse.map");
    return map == null ? sparseRegions : SparseMap.Builder.parse(owner, map);
  }

  /** Whether the content starts with the regions of a sparse file: PAX format 1.0. */
  boolean sparseMapInContent() {
    return number("GNU.sparse.major", 0) == 1 && number("GNU.sparse.minor", 0) == 0;
  }

  long sparseSize() {
    var size = number("GNU.sparse.realsize", number("GNU.sparse.size", -1));
    if (size < 0) {
      throw malformed("sparse file without its size");
    }
    return size;
  }

  private int readRecord(byte[] body, int start) {
    var at = start;
    while (at < body.length && body[at] >= '0' && body[at] <= '9') {
      at++;
    }
    if (at == start || at == body.length || body[at] != ' ') {
      throw malformed("pax record without a length");
    }
    var length = decimal("record length", body, start, at);
    var key = at + 1;
    if (length > body.length - start
        || length < key - start + 2
        || body[start + (int) length - 1] != '\n') {
      throw malformed("pax record with a wrong length");
    }
    var end = start + (int) length - 1;
    var equals = key;
    while (equals < end && body[equals] != '=') {
      equals++;
    }
    if (equals == end || equals == key) {
      throw malformed("pax record without a key");
    }
    put(new String(body, key, equals - key, ISO_8859_1), Arrays.copyOfRange(body, equals + 1, end));
    return end + 1;
  }

  private void put(String key, byte[] value) {
    if (key.startsWith(XATTR)) {
      xattrs.put(key.substring(XATTR.length()).getBytes(ISO_8859_1), value);
    } else if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      sparseRegions.add(decimal(key, value, 0, value.length));
    } else {
      records.put(key, value);
    }
  }

  private int nanos(byte[] value, int from) {
    var nanos = 0;
    for (var i = from; i < Math.max(value.length, from + 9); i++) {
      var digit = i < value.length ? value[i] - '0' : 0;
      if (digit < 0 || digit > 9) {
        throw malformed("mtime is not a number");
      }
      if (i < from + 9) {
        nanos = nanos * 10 + digit;
      }
    }
    return nanos;
  }

  private long decimal(String key, byte[] value, int from, int to) {
    if (from == to || to - from > MOST_DIGITS) {
      throw malformed(key + " is not a number in range");
    }
    var number = 0L;
    for (var i = from; i < to; i++) {
      if (value[i] < '0' || value[i] > '9') {
        throw malformed(key + " is not a number");
      }
      number = number * 10 + value[i] - '0';
    }
    return number;
  }

  private MalformedLayer malformed(String reason) {
    return MalformedLayer.entry(owner, reason);
  }
}
