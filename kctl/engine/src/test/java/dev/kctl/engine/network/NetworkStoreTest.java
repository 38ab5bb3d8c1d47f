package dev.kctl.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.net.AddressRequest;
import dev.kctl.net.LeaseRequest;
import dev.kctl.net.NetworkSpec;
import dev.kctl.net.Subnet;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkStoreTest {
  @TempDir Path root;
  private final FakeHostSide host = new FakeHostSide();
  private NetworkStore store;

  @BeforeEach
  void open() {
    store = NetworkStore.open(root, "machine", "boot", host);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void theDefaultNetworkIsMadeOnFirstUseAndStays() {
    host.routes.add(Subnet.parse("172.17.0.0/16"));
    var first = store.get("default");
    assertThat(first.name()).isEqualTo("bridge");
    assertThat(first.v4().subnet()).hasToString("172.18.0.0/16");
    assertThat(first.v6()).isNotNull();
    assertThat(store.list()).containsExactly(first);
    store.close();
    store = NetworkStore.open(root, "machine", "boot", host);
    assertThat(store.get("bridge")).isEqualTo(first);
  }

  @Test
  void findsByNameIdAndPrefix() {
    var web = store.create(NetworkSpec.named("web"));
    assertThat(store.find("web")).contains(web);
    assertThat(store.find(web.id())).contains(web);
    assertThat(store.find(web.id().substring(0, 12))).contains(web);
    assertThat(store.find("we")).isEmpty();
    assertThatThrownBy(() -> store.get("other")).hasMessage("network other not found");
  }

  @Test
  void refusesNamesThatAreTakenOrReserved() {
    var _ = store.create(NetworkSpec.named("web"));
    assertRefused(() -> store.create(NetworkSpec.named("web")), 409);
    for (var name : new String[] {"bridge", "none", "host", "default"}) {
      assertRefused(() -> store.create(NetworkSpec.named(name)), 403);
    }
    var taken =
        NetworkSpec.named("x")
            .withAddresses(new AddressRequest(store.get("web").v4().subnet(), null, null), null);
    assertRefused(() -> store.create(taken), 403);
  }

  @Test
  void aNetworkInWhichSomebodyRunsStays() {
    var web = store.create(NetworkSpec.named("web"));
    var lease = store.claim(web, LeaseRequest.of("container"));
    assertThat(store.leases(web)).containsExactly(lease);
    assertRefused(() -> store.remove(web), 403);
    store.release(lease);
    store.remove(web);
    assertThat(store.find("web")).isEmpty();
    assertRefused(() -> store.claim(web, LeaseRequest.of("container")), 404);
  }

  @Test
  void theDefaultNetworkCannotBeRemoved() {
    assertRefused(() -> store.remove(store.get("bridge")), 403);
  }

  @Test
  void withoutRightsThereAreNoNetworks() {
    store.close();
    store = NetworkStore.open(root, "machine", "boot", new NoHostSide());
    assertThat(store.list()).isEmpty();
    assertThat(store.find("bridge")).isEmpty();
    assertThatThrownBy(() -> store.create(NetworkSpec.named("web")))
        .hasMessageStartingWith("networks need root");
  }

  private static void assertRefused(Runnable step, int status) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            NetworkRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
  }
}
