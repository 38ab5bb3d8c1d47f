package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code prune} takes away what has ended and what nobody uses, and nothing else. */
class PruneIT extends WithEngine {
  PruneIT() {
    super("prune");
  }

  @ParameterizedTest
  @EnumSource
  void removesEndedContainers(Client client) {
    succeed(client, "run --name ended --label keep=no IMAGE true");
    succeed(client, "create --name made --label keep=yes IMAGE true");
    succeed(client, "run -d --name runs IMAGE sleep 1000");
    assertThat(succeed(client, "container prune --force --filter label=keep=no"))
        .startsWith("Deleted Containers:\n")
        .contains("Total reclaimed space:");
    assertThat(succeed(client, "ps -a --format {{.Names}}")).isEqualTo("runs\nmade\n");
    succeed(client, "container prune -f");
    assertThat(succeed(client, "ps -a --format {{.Names}}")).isEqualTo("runs\n");
    succeed(client, "rm -f runs");
  }

  @ParameterizedTest
  @EnumSource
  void removesImagesThatNobodyUses(Client client) {
    succeed(Client.KCTL, "pull IMAGE");
    succeed(client, "create --name user IMAGE true");
    succeed(client, "image prune --all --force --filter label!=none");
    assertThat(succeed(client, "images -q")).isNotEmpty();
    succeed(client, "system prune --all --force --volumes --filter label!=none");
    assertThat(succeed(client, "images -q")).isEmpty();
    assertThat(succeed(client, "ps -aq")).isEmpty();
  }
}
