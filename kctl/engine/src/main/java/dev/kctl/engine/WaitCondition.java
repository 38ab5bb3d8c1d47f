package dev.kctl.engine;

import java.util.Optional;

/** What a client waits for. */
enum WaitCondition {
  NOT_RUNNING,
  NEXT_EXIT,
  REMOVED;

  static WaitCondition parse(Optional<String> text) {
    return switch (text.orElse("not-running")) {
      case "not-running" -> NOT_RUNNING;
      case "next-exit" -> NEXT_EXIT;
      case "removed" -> REMOVED;
      case String other ->
          throw new EngineException.InvalidParameter("invalid condition: \"" + other + "\"");
    };
  }
}
