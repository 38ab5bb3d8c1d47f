package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private int terminal;
  private int file;

  @BeforeEach
  void open() throws IOException {
    terminal = Libc.open("/dev/ptmx", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    file = Libc.open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
  }

  @AfterEach
  void close() throws IOException {
    Libc.close(terminal);
    Libc.close(file);
  }

  @Test
  void tellsTerminalsFromOtherFiles() {
    assertThat(Terminal.is(terminal)).isTrue();
    assertThat(Terminal.is(file)).isFalse();
    assertThat(Terminal.size(terminal)).contains(new Terminal.Size(0, 0));
    assertThat(Terminal.size(file)).isEmpty();
  }

  @Test
  void makesATerminalRawAndRestoresIt() throws IOException {
    var before = localModes();
    var saved = Terminal.makeRaw(terminal);
    assertThat(localModes()).isNotEqualTo(before);
    saved.restore();
    assertThat(localModes()).isEqualTo(before);
  }

  @Test
  void cannotMakeAFileRaw() {
    assertThatIOException()
        .isThrownBy(() -> Terminal.makeRaw(file))
        .withMessage("tcgetattr: Inappropriate ioctl for device");
  }

  /** {@code c_lflag}, the fourth word of {@code struct termios}. */
  private int localModes() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var termios = arena.allocate(Libc.TERMIOS_SIZE);
      Libc.tcgetattr(terminal, termios);
      return termios.get(ValueLayout.JAVA_INT, 12);
    }
  }
}
