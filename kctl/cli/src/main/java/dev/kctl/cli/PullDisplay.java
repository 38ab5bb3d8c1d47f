package dev.kctl.cli;

/** Shows the progress of a pull from the engine's lines about it. */
interface PullDisplay {
  void show(JsonObject line);

  /** The image is here. */
  void end();

  /** It will not come: what was drawn stays as it is. */
  void abandon();

  static PullDisplay silent() {
    return new PullDisplay() {
      @Override
      public void show(JsonObject line) {}

      @Override
      public void end() {}

      @Override
      public void abandon() {}
    };
  }

  /** Bars on a terminal, else lines. */
  static PullDisplay of(Session session, Output output, int descriptor) {
    if (!session.tty().isTerminal(descriptor)) {
      return new PullLines(output);
    }
    var known = session.tty().size(descriptor);
    var size = known == null || known.columns() == 0 ? new Tty.Size(24, 80) : known;
    return new PullBars(output, size, BarStyle.of(session.environment()), System::nanoTime);
  }
}
