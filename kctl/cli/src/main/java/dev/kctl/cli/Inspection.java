package dev.kctl.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The list of descriptions that {@code inspect} prints. */
final class Inspection {
  private final Session session;
  private final List<Place> places;
  private final @Nullable ObjectFormat format;
  private final boolean compact;

  /** Where things of a kind are found: by the path before the name and the one after it. */
  record Place(String kind, String before, String after) {}

  /**
   * Looks for things.
   *
   * @param places first to last
   * @param format empty for all of it, indented
   */
  Inspection(Session session, List<Place> places, String format) {
    this.session = session;
    this.places = places;
    this.format = format.isEmpty() || format.equals("json") ? null : ObjectFormat.parse(format);
    compact = format.equals("json");
  }

  /** Prints what is found, and fails when something is not. */
  int print(List<String> names) {
    try (var engine = session.engine().get()) {
      if (format != null) {
        return EachTarget.run(
            names, session, name -> session.out().line(format.of(find(engine, name))));
      }
      var out = new StringBuilder("[");
      var code = EachTarget.run(names, session, name -> append(out, find(engine, name)));
      var end = compact || out.length() == 1 ? "]\n" : "\n]\n";
      session.out().print(out.append(end));
      return code;
    }
  }

  private void append(StringBuilder out, String json) {
    out.append(out.length() > 1 ? "," : "");
    if (compact) {
      out.append(json.strip());
    } else {
      out.append("\n    ");
      JsonIndent.append(json, out, 1);
    }
  }

  private String find(Engine engine, String name) {
    for (var place : places) {
      try {
        return engine.get(place.before() + Engine.path(name) + place.after());
      } catch (EngineRefused e) {
        if (!e.notFound() || places.size() == 1) {
          throw e;
        }
      }
    }
    var kinds = places.stream().map(Place::kind).collect(Collectors.joining(" or "));
    throw new EngineRefused(404, "no such " + kinds + ": " + name);
  }
}
