package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a run, or the attempt of one, came out.
 *
 * @param exitCode as Docker gives it
 * @param oomKilled whether the guest's kernel killed any process of it for want of memory
 * @param error in words; empty where the process ended by itself
 */
record Outcome(int exitCode, boolean oomKilled, Cause cause, String error) {
  static final int KILLED = 128 + 9;

  /** Its process ended. A full disk or memory is the cause only of what failed. */
  static Outcome ended(int exitCode, GuestExit.Want want) {
    var cause = Cause.ENDED;
    if (exitCode != 0 && want.memory()) {
      cause = Cause.OUT_OF_MEMORY;
    } else if (exitCode != 0 && want.disk()) {
      cause = Cause.DISK_FULL;
    }
    return new Outcome(exitCode, want.memory(), cause, "");
  }

  /** Its machine is gone, and nobody will learn its exit code. */
  static Outcome lost(Cause cause, String error) {
    return new Outcome(KILLED, false, cause, error);
  }

  static Outcome notStarted(EngineException.StartFailed failure) {
    return new Outcome(
        failure.exitCode(), false, failure.why(), String.valueOf(failure.getMessage()));
  }

  /** What is told to whoever stays with the run; empty where the exit code says it all. */
  String lastWords() {
    return cause.isOfMachine() ? "the machine ended: " + error : "";
  }

  Outcome because(Cause better, String words) {
    return new Outcome(exitCode, oomKilled, better, words);
  }

  void writeTo(ObjectNode json) {
    json.put("exitCode", exitCode)
        .put("oomKilled", oomKilled)
        .put("cause", cause.word())
        .put("error", error);
  }

  /** What an engine wrote; one that knew no causes wrote none. */
  static Outcome from(ObjectNode json) {
    return new Outcome(
        json.path("exitCode").asInt(),
        json.path("oomKilled").asBoolean(),
        Cause.parse(json.path("cause").asText(Cause.ENDED.word())),
        json.path("error").asText());
  }
}
