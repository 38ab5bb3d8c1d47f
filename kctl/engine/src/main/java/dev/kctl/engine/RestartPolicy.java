package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * When a container is started again though nobody asks.
 *
 * @param most restarts after failures; 0 for no bound
 */
record RestartPolicy(Kind kind, int most) {

  /** Docker's four. */
  enum Kind {
    NO,
    ON_FAILURE,
    ALWAYS,
    UNLESS_STOPPED
  }

  /** Reads Docker's `RestartPolicy`, in its words where it makes no sense. */
  static RestartPolicy parse(JsonNode json) {
    var name = json.path("Name").asText("");
    var kind =
        switch (name) {
          case "", "no", "null" -> Kind.NO;
          case "on-failure" -> Kind.ON_FAILURE;
          case "always" -> Kind.ALWAYS;
          case "unless-stopped" -> Kind.UNLESS_STOPPED;
          default ->
              throw new EngineException.InvalidParameter(
                  "invalid restart policy: unknown policy '"
                      + name
                      + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        };
    var most = json.path("MaximumRetryCount").asInt();
    if (most != 0 && kind != Kind.ON_FAILURE) {
      throw new EngineException.InvalidParameter(
          "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    }
    if (most < 0) {
      throw new EngineException.InvalidParameter(
          "invalid restart policy: maximum retry count cannot be negative");
    }
    return new RestartPolicy(kind, most);
  }

  /** Whether to go on after an end that nobody asked for. */
  boolean restarts(int exitCode, Restarts before) {
    return switch (kind) {
      case NO -> false;
      case ON_FAILURE -> exitCode != 0 && (most == 0 || before.count() < most);
      case ALWAYS, UNLESS_STOPPED -> true;
    };
  }

  /** Whether a container that had ended is to run after the host was started anew. */
  boolean startsAtBoot(boolean stoppedByHand) {
    return switch (kind) {
      case NO, ON_FAILURE -> false;
      case ALWAYS -> true;
      case UNLESS_STOPPED -> !stoppedByHand;
    };
  }
}
