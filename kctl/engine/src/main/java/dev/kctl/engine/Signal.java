package dev.kctl.engine;

import java.util.List;
import java.util.Locale;

/** A signal by its Linux number. */
record Signal(int number) {
  static final Signal KILL = new Signal(9);
  static final Signal TERM = new Signal(15);

  private static final List<String> NAMES =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
          "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");
  private static final int REALTIME_MIN = 34;
  private static final int REALTIME_MAX = 64;

  /** Reads `9`, `KILL`, `SIGKILL`, `RTMIN+3` or `RTMAX-1`, in any case. */
  static Signal parse(String text) {
    var name = text.toUpperCase(Locale.ROOT);
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    var known = name.isEmpty() ? -1 : NAMES.indexOf(name);
    try {
      if (known > 0) {
        return new Signal(known);
      }
      if (name.startsWith("RTMIN")) {
        return checked(text, REALTIME_MIN + offset(name));
      }
      if (name.startsWith("RTMAX")) {
        return checked(text, REALTIME_MAX + offset(name));
      }
      return checked(text, Integer.parseInt(name));
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("Invalid signal: " + text, e);
    }
  }

  private static int offset(String name) {
    return name.length() == 5 ? 0 : Integer.parseInt(name.substring(5));
  }

  private static Signal checked(String text, int number) {
    if (number < 1 || number > REALTIME_MAX) {
      throw new EngineException.InvalidParameter("Invalid signal: " + text);
    }
    return new Signal(number);
  }
}
