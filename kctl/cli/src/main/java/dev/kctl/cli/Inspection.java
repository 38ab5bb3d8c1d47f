package dev.kctl.cli;

import java.util.List;

/** The list of descriptions that {@code inspect} prints. */
final class Inspection {
  private final Session session;
  private final List<String> paths;

  /**
   * @param paths of the kinds of things to look for, first to last
   */
  Inspection(Session session, List<String> paths) {
    this.session = session;
    this.paths = paths;
  }

  /** Prints what is found, and fails when something is not. */
  int print(List<String> names) {
    var out = new StringBuilder("[");
    int code;
    try (var engine = session.engine().get()) {
      code = EachTarget.run(names, session, name -> append(out, find(engine, name)));
    }
    session.out().print(out.append(out.length() > 1 ? "\n]\n" : "]\n"));
    return code;
  }

  private static void append(StringBuilder out, String json) {
    out.append(out.length() > 1 ? ",\n    " : "\n    ");
    JsonIndent.append(json, out, 1);
  }

  private String find(Engine engine, String name) {
    for (var path : paths) {
      try {
        return engine.get(path + Engine.path(name) + "/json");
      } catch (EngineRefused e) {
        if (!e.notFound() || paths.size() == 1) {
          throw e;
        }
      }
    }
    throw new EngineRefused(404, "no such container or image: " + name);
  }
}
