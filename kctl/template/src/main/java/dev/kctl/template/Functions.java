package dev.kctl.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The functions of Go's templates, and those that Docker adds. */
final class Functions {
  /** These two look at their arguments one by one, and so belong to the evaluator. */
  static final Set<String> LAZY = Set.of("and", "or");

  private static final int ANY = Integer.MAX_VALUE;
  private static final Map<String, Definition> ALL = new HashMap<>();

  static {
    define("not", 1, 1, arguments -> !GoText.isTrue(arguments.at(0)));
    define("len", 1, 1, arguments -> length(arguments.at(0)));
    define("index", 1, ANY, Indexing::index);
    define("slice", 1, 4, Indexing::slice);
    define("print", 0, ANY, Functions::print);
    define("println", 0, ANY, arguments -> spaced(arguments) + "\n");
    define("printf", 1, ANY, Printf::format);
    define("html", 0, ANY, arguments -> escapeHtml(print(arguments)));
    define("urlquery", 0, ANY, arguments -> escapeQuery(print(arguments)));
    define("eq", 1, ANY, Comparisons::equalsAny);
    define("ne", 2, 2, arguments -> !Comparisons.equal(arguments.at(0), arguments.at(1)));
    define("lt", 2, 2, arguments -> Comparisons.compare(arguments) < 0);
    define("le", 2, 2, arguments -> Comparisons.compare(arguments) <= 0);
    define("gt", 2, 2, arguments -> Comparisons.compare(arguments) > 0);
    define("ge", 2, 2, arguments -> Comparisons.compare(arguments) >= 0);
    define("json", 1, 1, arguments -> JsonText.of(arguments.at(0), false));
    define("split", 2, 2, arguments -> split(arguments.text(0), arguments.text(1)));
    define("join", 2, 2, arguments -> join(arguments.at(0), arguments.text(1)));
    define("title", 1, 1, arguments -> title(arguments.text(0)));
    define("lower", 1, 1, arguments -> arguments.text(0).toLowerCase(Locale.ROOT));
    define("upper", 1, 1, arguments -> arguments.text(0).toUpperCase(Locale.ROOT));
    define("pad", 3, 3, Functions::pad);
    define("truncate", 2, 2, arguments -> truncate(arguments.text(0), arguments.number(1)));
  }

  private Functions() {}

  /** What a function does. */
  interface Body {
    @Nullable Object call(Arguments arguments);
  }

  private record Definition(int least, int most, Body body) {}

  static Set<String> names() {
    var names = new HashSet<>(ALL.keySet());
    names.addAll(LAZY);
    return names;
  }

  static @Nullable Object call(String name, List<@Nullable Object> arguments) {
    var definition = ALL.get(name);
    if (definition == null) {
      throw new FunctionFailure(GoText.quote(name) + " is not a defined function");
    }
    checkCount(name, definition, arguments.size());
    try {
      return definition.body.call(new Arguments(arguments));
    } catch (FunctionFailure e) {
      throw new FunctionFailure("error calling " + name + ": " + e.getMessage());
    }
  }

  private static void checkCount(String name, Definition definition, int count) {
    if (count < definition.least || count > definition.most) {
      var wanted =
          definition.most == ANY
              ? "at least " + definition.least
              : String.valueOf(definition.least);
      throw new FunctionFailure(
          "wrong number of args for " + name + ": want " + wanted + " got " + count);
    }
  }

  private static void define(String name, int least, int most, Body body) {
    ALL.put(name, new Definition(least, most, body));
  }

  private static long length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.getBytes(StandardCharsets.UTF_8).length;
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null -> throw new FunctionFailure("len of nil pointer");
      case Object other -> throw new FunctionFailure("len of type " + GoText.type(other));
    };
  }

  /** Blanks only between two that are no strings, as Go's Sprint has it. */
  private static String print(Arguments arguments) {
    var out = new StringBuilder();
    for (var i = 0; i < arguments.size(); i++) {
      var texts = arguments.at(i) instanceof String;
      if (i > 0 && !texts && !(arguments.at(i - 1) instanceof String)) {
        out.append(' ');
      }
      out.append(GoText.of(arguments.at(i)));
    }
    return out.toString();
  }

  private static String spaced(Arguments arguments) {
    return arguments.values().stream().map(GoText::of).collect(Collectors.joining(" "));
  }

  private static List<String> split(String text, String separator) {
    if (separator.isEmpty()) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    var parts = new ArrayList<String>();
    var start = 0;
    for (var end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      parts.add(text.substring(start, end));
      start = end + separator.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String join(@Nullable Object list, String separator) {
    return switch (list) {
      case List<?> elements ->
          elements.stream().map(GoText::of).collect(Collectors.joining(separator));
      case null -> "";
      case Object other ->
          throw new FunctionFailure(
              "wrong type for value; expected []string; got " + GoText.type(other));
    };
  }

  private static String title(String text) {
    var out = new StringBuilder();
    var begins = true;
    for (var c : text.codePoints().toArray()) {
      out.appendCodePoint(begins ? Character.toTitleCase(c) : c);
      begins = !Character.isLetterOrDigit(c) && c != '_' && c != '\'';
    }
    return out.toString();
  }

  private static String pad(Arguments arguments) {
    var text = arguments.text(0);
    var before = Math.max(0, arguments.number(1));
    var after = Math.max(0, arguments.number(2));
    if (before + (long) after > 1 << 16) {
      throw new FunctionFailure("padding of more than 65536 characters");
    }
    return text.isEmpty() ? text : " ".repeat(before) + text + " ".repeat(after);
  }

  private static String truncate(String text, int length) {
    return length < 0 || text.length() <= length ? text : text.substring(0, length);
  }

  private static String escapeHtml(String text) {
    return text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;");
  }

  private static String escapeQuery(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A");
  }
}
