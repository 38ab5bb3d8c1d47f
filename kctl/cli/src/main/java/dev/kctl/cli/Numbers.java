package dev.kctl.cli;

/** Whole numbers that users give. */
final class Numbers {
  private Numbers() {}

  static long whole(String flag, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException _) {
      throw new UsageError("invalid value " + text + " for " + flag + ": not a whole number");
    }
  }

  static long within(String flag, String text, long least, long most) {
    var number = whole(flag, text);
    if (number < least || number > most) {
      throw new UsageError(
          "invalid value " + text + " for " + flag + ": not from " + least + " to " + most);
    }
    return number;
  }
}
