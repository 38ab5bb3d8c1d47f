package dev.kctl.cli;

import java.util.List;

/**
 * Commands on several targets finish the list, report each failure, and return the last one's code.
 */
final class EachTarget {
  private EachTarget() {}

  static int run(List<String> targets, Session session, Action action) {
    var code = ExitCode.OK;
    for (var target : targets) {
      try {
        action.on(target);
      } catch (EngineRefused e) {
        Failures.report(e, session);
        code = ExitCode.of(e, false);
      }
    }
    return code;
  }

  /** What to do with one of them. */
  interface Action {
    void on(String target);
  }
}
