package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;

/**
 * One line of a log: `{"log":"text","stream":"stdout","time":"...","run":1,"seq":7}`. Bytes that
 * are not UTF-8 are also there as they were, in base64 as `raw`.
 *
 * @param run which run of the container wrote it, from 1
 */
record JsonFileRecord(int run, OutputChunk chunk) {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long NANOS = 1_000_000_000L;

  static ByteBuffer encode(int run, OutputChunk chunk) {
    var out = new ByteArrayOutputStream(chunk.data().length + 160);
    ascii(out, "{\"log\":\"");
    var text = chunk.data();
    var exact = isUtf8(text);
    escape(out, exact ? text : new String(text, StandardCharsets.UTF_8).getBytes(UTF_8));
    if (!exact) {
      ascii(out, "\",\"raw\":\"");
      out.writeBytes(Base64.getEncoder().encode(text));
    }
    ascii(out, "\",\"stream\":\"" + chunk.kind().word() + "\",\"time\":\"");
    ascii(out, time(chunk.timeNanos()) + "\",\"run\":" + run);
    ascii(out, ",\"seq\":" + chunk.sequence() + "}\n");
    return ByteBuffer.wrap(out.toByteArray());
  }

  static JsonFileRecord decode(ObjectNode json) throws IOException {
    try {
      var raw = json.path("raw");
      var data =
          raw.isTextual()
              ? Base64.getDecoder().decode(raw.asText())
              : json.path("log").asText().getBytes(StandardCharsets.UTF_8);
      var time = Instant.parse(json.path("time").asText());
      return new JsonFileRecord(
          json.path("run").asInt(),
          new OutputChunk(
              json.path("seq").asLong(),
              time.getEpochSecond() * NANOS + time.getNano(),
              OutputStreamKind.of(json.path("stream").asText()),
              data));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IOException("malformed log line: " + e.getMessage(), e);
    }
  }

  static Instant time(long unixNanos) {
    return Instant.ofEpochSecond(Math.floorDiv(unixNanos, NANOS), Math.floorMod(unixNanos, NANOS));
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private static boolean isUtf8(byte[] bytes) {
    try {
      var _ = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static void escape(ByteArrayOutputStream out, byte[] text) {
    for (var b : text) {
      switch (b) {
        case '"', '\\' -> {
          out.write('\\');
          out.write(b);
        }
        case '\n' -> ascii(out, "\\n");
        case '\r' -> ascii(out, "\\r");
        case '\t' -> ascii(out, "\\t");
        default -> {
          if (b >= 0 && b < ' ') {
            ascii(out, "\\u00");
            out.write(HEX[b >> 4]);
            out.write(HEX[b & 15]);
          } else {
            out.write(b);
          }
        }
      }
    }
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
