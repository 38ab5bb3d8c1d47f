package dev.kctl.engine;

import dev.kctl.guest.proto.Output;

/** Which of a process's two outputs. */
enum OutputStreamKind {
  STDOUT(1, "stdout"),
  STDERR(2, "stderr");

  private final byte number;
  private final String word;

  OutputStreamKind(int number, String word) {
    this.number = (byte) number;
    this.word = word;
  }

  byte number() {
    return number;
  }

  /** The name in json-file logs. */
  String word() {
    return word;
  }

  /** Of the agent's; a terminal has only one. */
  static OutputStreamKind of(Output.Stream stream) {
    return stream == Output.Stream.STDERR ? STDERR : STDOUT;
  }

  static OutputStreamKind of(String word) {
    return word.equals(STDERR.word) ? STDERR : STDOUT;
  }
}
