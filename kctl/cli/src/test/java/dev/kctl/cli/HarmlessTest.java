package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HarmlessTest {
  @Test
  void showsWhatATerminalWouldObey() {
    assertThat(Harmless.text("a\u001b[2J\r\n\u009b\u007f"))
        .isEqualTo("a\\x1b[2J\\x0d\\x0a\\x9b\\x7f");
  }

  @Test
  void showsWhatTurnsTextAroundOrCannotBeSeen() {
    assertThat(Harmless.text("a\u202eb\u200b\u2028")).isEqualTo("a\\x202eb\\x200b\\x2028");
  }

  @Test
  void leavesTextAsItIs() {
    var text = "straße 名前 \\x1b \ud83d\ude00 \u00ad";
    assertThat(Harmless.text(text)).isSameAs(text);
    assertThat(Harmless.line("a\tb\u001b")).isEqualTo("a\tb\\x1b");
  }
}
