package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code logs} and {@code attach}: the same through either client. */
class LogsIT extends WithEngine {
  LogsIT() {
    super("logs");
  }

  @BeforeEach
  void write() {
    succeed(
        Client.KCTL,
        "run -d --name box --label tier=web --log-driver json-file --log-opt labels=tier"
            + " --log-opt max-size=1m --log-opt max-file=2 -i IMAGE"
            + " sh -c 'echo one; echo two >&2; echo three; while read l; do echo got $l; done'");
    eventually(
        SOON,
        () -> {
          var logs = run(Client.KCTL, "logs box");
          assertThat(logs.stdout()).contains("three");
          assertThat(logs.stderr()).contains("two");
        });
  }

  @AfterEach
  void remove() {
    succeed(Client.KCTL, "rm -f box");
  }

  @Test
  void printsTheSameAsDocker() {
    assertThat(same("logs box").stdout()).isEqualTo("one\nthree\n");
    assertThat(same("logs --tail 1 box").stdout()).isEqualTo("three\n");
    assertThat(same("logs -n 0 box").stdout()).isEmpty();
    assertThat(same("logs --timestamps box").stdout())
        .matches("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z (one|three)\n){2}");
    assertThat(same("logs --details box").stdout()).isEqualTo("tier=web one\ntier=web three\n");
    assertThat(same("logs --since 1h box").stdout()).isEqualTo("one\nthree\n");
    assertThat(same("logs --until 1h box").stdout()).isEmpty();
    assertThat(same("logs --since 2100-01-01 box").stdout()).isEmpty();
    assertThat(same("logs nobody").exitCode()).isEqualTo(1);
    assertThat(run(Client.KCTL, "logs box").stderr()).isEqualTo("two\n");
  }

  @Test
  void printsWhatTheKernelSaid() {
    assertThat(succeed(Client.KCTL, "logs --boot box")).contains("PCI");
  }

  @ParameterizedTest
  @EnumSource
  void followsUntilTheEnd(Client client) {
    try (var follower = start(client, "logs --follow box");
        var attached = start(client, "attach box")) {
      eventually(SOON, () -> assertThat(follower.stdout()).isEqualTo("one\nthree\n"));
      awaitAttached("box", 1);
      attached.type("it\n");
      eventually(SOON, () -> assertThat(follower.stdout()).endsWith("got it\n"));
      eventually(SOON, () -> assertThat(attached.stdout()).isEqualTo("got it\n"));
      succeed(client, "kill box");
      assertThat(follower.await().exitCode()).isZero();
      assertThat(attached.await().exitCode()).isEqualTo(137);
    }
  }

  @ParameterizedTest
  @EnumSource
  void attachesWithoutInputAndWithoutSignals(Client client) {
    try (var attached = start(client, "attach --no-stdin --sig-proxy=false box")) {
      awaitAttached("box", 1);
      try (var writer = start(client, "attach box")) {
        writer.type("more\n");
        eventually(SOON, () -> assertThat(attached.stdout()).isEqualTo("got more\n"));
        writer.signal("KILL");
      }
      attached.signal("KILL");
      attached.await();
    }
    assertThat(succeed(client, "inspect -f {{.State.Running}} box")).isEqualTo("true\n");
  }
}
