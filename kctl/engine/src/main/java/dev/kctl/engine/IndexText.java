package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The lines of an index file: fields between tabs. Plain java.io and no library, for the hot tier
 * pays for every class it loads.
 */
final class IndexText {
  private static final String MAGIC = "kctl-index 2 ";

  private IndexText() {}

  static String head(String bootId, String buildId) {
    return MAGIC + bootId + " " + buildId + "\n";
  }

  /** Boot id and build id of a first line. */
  static String[] parseHead(String line) throws IOException {
    if (!line.startsWith(MAGIC)) {
      throw new IOException("not an index of this format");
    }
    var space = line.indexOf(' ', MAGIC.length());
    if (space < 0) {
      throw new IOException("incomplete index");
    }
    return new String[] {line.substring(MAGIC.length(), space), line.substring(space + 1)};
  }

  /** The file's lines; a file that does not end in a line's end is refused as incomplete. */
  static String[] lines(File file) throws IOException {
    var bytes = new ByteArrayOutputStream(4096);
    try (var input = new FileInputStream(file)) {
      input.transferTo(bytes);
    }
    var text = bytes.toString(StandardCharsets.UTF_8);
    var count = 0;
    for (var i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      count++;
    }
    if (count == 0 || !text.endsWith("\n")) {
      throw new IOException("incomplete index");
    }
    var lines = new String[count];
    var start = 0;
    for (var i = 0; i < count; i++) {
      var end = text.indexOf('\n', start);
      lines[i] = text.substring(start, end);
      start = end + 1;
    }
    return lines;
  }

  /** Appends one field; the caller writes the tabs and line ends. */
  static void append(StringBuilder out, String field) {
    for (var i = 0; i < field.length(); i++) {
      var c = field.charAt(i);
      switch (c) {
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\\' -> out.append("\\\\");
        default -> out.append(c);
      }
    }
  }

  static String[] fields(String line, int count) throws IOException {
    var fields = new String[count];
    var start = 0;
    for (var i = 0; i < count; i++) {
      var end = i == count - 1 ? line.length() : line.indexOf('\t', start);
      if (end < 0) {
        throw new IOException("row of the index with too few fields");
      }
      fields[i] = unescape(line, start, end);
      start = end + 1;
    }
    return fields;
  }

  private static String unescape(String line, int start, int end) {
    var escape = line.indexOf('\\', start);
    if (escape < 0 || escape >= end) {
      return line.substring(start, end);
    }
    var out = new StringBuilder(end - start);
    for (var i = start; i < end; i++) {
      var c = line.charAt(i);
      if (c == '\\' && i + 1 < end) {
        i++;
        var escaped = line.charAt(i);
        out.append(
            switch (escaped) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> escaped;
            });
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  static long number(String field) throws IOException {
    try {
      return Long.parseLong(field);
    } catch (NumberFormatException e) {
      throw new IOException("not a number in the index: " + field, e);
    }
  }
}
