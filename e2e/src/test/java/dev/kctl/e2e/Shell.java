package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;

import java.util.regex.Pattern;

/** Busybox's shell on a terminal, typed to as a person does: each line at a prompt of its own. */
final class Shell {
  /** With it come orders to the terminal: where the cursor is, and to clear what follows. */
  private static final Pattern PROMPT = Pattern.compile("/work # (?:\u001b\\[[0-9]*[A-Za-z])*$");

  private final Started terminal;
  private int typed;

  Shell(Started terminal) {
    this.terminal = terminal;
  }

  /** What is typed while a client attaches, or while the shell changes modes, may be lost. */
  void line(String text) {
    eventually(SOON, "a prompt at the end of: " + terminal.stdout(), this::prompts);
    typed = terminal.stdout().length();
    terminal.type(text + "\n");
  }

  private boolean prompts() {
    return PROMPT.matcher(terminal.stdout()).region(typed, terminal.stdout().length()).find();
  }
}
