package dev.kctl.cli;

/** Tells the engine how large our terminal is. */
final class TerminalResize {
  private TerminalResize() {}

  static void send(Session session, Engine main, String path) {
    var size = session.tty().size(Tty.STDOUT);
    if (size == null || (size.rows() == 0 && size.columns() == 0)) {
      return;
    }
    try (var engine = main.another()) {
      engine.post(path + "?h=" + size.rows() + "&w=" + size.columns());
    } catch (CliException _) {
      // It has ended meanwhile, or the engine has.
    }
  }
}
