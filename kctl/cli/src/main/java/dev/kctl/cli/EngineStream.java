package dev.kctl.cli;

import java.io.IOException;
import java.io.InputStream;

/** What the engine sends, byte by byte; that it breaks off is told as the engine's failure. */
final class EngineStream extends InputStream {
  private final Engine engine;
  private final InputStream body;

  EngineStream(Engine engine, InputStream body) {
    this.engine = engine;
    this.body = body;
  }

  @Override
  public int read() {
    try {
      return body.read();
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }

  @Override
  public int read(byte[] into) {
    return read(into, 0, into.length);
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    try {
      return body.read(into, offset, length);
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }
}
