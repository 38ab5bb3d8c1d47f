package dev.kctl.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Standard output or standard error: unbuffered, so that a command composes what it writes. */
final class Output {
  private final String name;
  private final OutputStream stream;

  /**
   * @param name of the device, for messages: stdout or stderr
   */
  Output(String name, OutputStream stream) {
    this.name = name;
    this.stream = stream;
  }

  void print(CharSequence text) {
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  void line(String text) {
    print(text + "\n");
  }

  void write(byte[] bytes, int offset, int length) {
    try {
      stream.write(bytes, offset, length);
      stream.flush();
    } catch (IOException e) {
      var reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      throw new OutputClosed("write /dev/" + name + ": " + reason, e);
    }
  }
}
