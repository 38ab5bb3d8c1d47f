package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;

/** Whatever a client sends: requests, or a failure that has a name; never a crash. */
class HttpFuzzTest {
  private static final int LIMIT = 4096;

  @FuzzTest(maxDuration = "1m")
  void readsRequestsOrNamesWhatIsWrong(byte[] sent) {
    var input = new HttpInput(Channels.newChannel(new ByteArrayInputStream(sent)));
    try {
      for (var head = input.head(); head.isPresent(); head = input.head()) {
        var body = HttpBody.of(head.get(), input);
        assertThat(body.bytes(LIMIT).length).isLessThanOrEqualTo(LIMIT);
        if (!body.drain()) {
          return;
        }
      }
    } catch (EngineException.InvalidParameter | IOException expected) {
      assertThat(expected).hasMessageNotContaining("\n");
    }
  }
}
