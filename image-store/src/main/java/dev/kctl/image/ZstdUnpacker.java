package dev.kctl.image;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;

/** Reads zstd of one or more frames, in pure Java. */
final class ZstdUnpacker implements Unpacker {
  @Override
  public void unpack(ChunkInput in, TarSink out) {
    try (var frames = new ZstdFrames(in);
        var decoded = new ZstdInputStream(frames)) {
      for (var count = 0; count >= 0; ) {
        out.advance(count);
        count = decoded.read(out.chunk(), out.position(), out.free());
      }
    } catch (MalformedInputException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new MalformedLayer("the layer's zstd stream is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new MalformedLayer("the layer's zstd stream is damaged: " + e.getMessage(), e);
    }
  }
}
