package dev.kctl.engine;

import java.io.IOException;

/** Where a run's output is kept. */
interface ContainerLog extends AutoCloseable {
  /** `--log-driver none`: only who is attached sees the output. */
  ContainerLog NONE =
      new ContainerLog() {
        @Override
        public void append(int run, OutputChunk chunk) {}

        @Override
        public void close() {}
      };

  /** Keeps one chunk; waits as long as the host's disk has no room for it. */
  void append(int run, OutputChunk chunk) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
