package dev.kctl.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Asks before something is removed that nobody can bring back. */
final class Confirmation {
  private Confirmation() {}

  /** Whether the user says yes; no answer means no. */
  static boolean given(Session session, String warning) {
    session.out().print(warning + "\nAre you sure you want to continue? [y/N] ");
    var answer = line(session).strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  private static String line(Session session) {
    var line = new StringBuilder();
    var one = ByteBuffer.allocate(1);
    try {
      while (line.length() < 80 && session.in().read(one) > 0) {
        var c = (char) one.get(0);
        if (c == '\n') {
          break;
        }
        line.append(c);
        one.clear();
      }
    } catch (IOException _) {
      return "";
    }
    return line.toString();
  }
}
