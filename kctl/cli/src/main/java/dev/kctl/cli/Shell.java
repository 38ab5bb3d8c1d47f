package dev.kctl.cli;

/** Words as shells read them. */
final class Shell {
  private static final String PLAIN = "-_./:=@%+,";

  private Shell() {}

  /** In quotes where it has more than letters, digits and harmless signs. */
  static String quoted(String word) {
    var plain =
        word.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0));
    return plain && !word.isEmpty() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
