package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kctl.e2e.Place.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who can connect to whom, by IPv4 and IPv6: real machines on two networks, an internal one and
 * none, the host, and a neighbour outside who knows the way.
 */
class NetworkIsolationIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int HTTP = 80;
  private static final int PUBLISHED = 18_080;
  private static final int SERVED = 18_081;
  private static final String[] HOST = {"192.0.2.2", "2001:db8::2"};

  @TempDir private Path directory;
  private final Kctl kctl = Kctl.create("net");
  private final String image = SharedRegistry.busybox();
  private final Place host = Place.host();
  private final Place outside = Place.outside();
  private Started hostServer;
  private Started outsideServer;

  @BeforeEach
  void serveOnTheHostAndOutside() throws IOException {
    Files.writeString(directory.resolve("marker"), Place.PAGE + "\n");
    hostServer = host.serve(directory.toString(), SERVED);
    outsideServer = outside.serve(directory.toString(), SERVED);
  }

  @AfterEach
  void end() {
    hostServer.close();
    outsideServer.close();
    kctl.close();
  }

  @Test
  void keepsWhatIsApartApartMendsItsRulesAndLeavesNothing() {
    // Engines of other tests were killed with their networks up.
    host.run(
        "nft flush ruleset; for bridge in $(ip -o link show type bridge | cut -d: -f2);"
            + " do ip link delete $bridge; done");
    var before = hostsNetwork();
    kctl.succeed("pull", image);
    kctl.succeed("network", "create", "--ipv6", "one");
    kctl.succeed("network", "create", "--ipv6", "two");
    kctl.succeed("network", "create", "--ipv6", "--internal", "shut");
    start("web", "--network", "one", "-p", PUBLISHED + ":" + HTTP);
    start("peer", "--network", "one");
    start("far", "--network", "two");
    start("inside", "--network", "shut");
    start("mate", "--network", "shut");
    start("alone", "--network", "none");

    connectsAsItMustAndNotOtherwise();
    var rules = host.run("nft list tables");
    host.run("nft flush ruleset");
    eventually(PATIENCE, () -> assertThat(host.run("nft list tables")).isEqualTo(rules));
    connectsAsItMustAndNotOtherwise();

    kctl.succeed("rm", "-f", "web", "peer", "far", "inside", "mate", "alone");
    kctl.succeed("network", "rm", "one", "two", "shut");
    kctl.assertNothingLeft();
    assertThat(leases()).isEmpty();
    assertThat(hostsNetwork()).isEqualTo(before);
  }

  private void connectsAsItMustAndNotOtherwise() {
    var web = server("web", "one");
    var far = server("far", "two");
    var inside = server("inside", "shut");
    var published = new Server("the published port", PUBLISHED, HOST);
    var loopback = new Server("the published port", PUBLISHED, "127.0.0.1", "::1");
    var world = new Server("the outside", SERVED, "192.0.2.1", "2001:db8::1");
    var hosts = new Server("the host", SERVED, HOST);

    // The servers are up, so that what is not reached below is kept from it.
    host.reaches(web, far, inside, published, loopback, hosts, world);
    outside.reaches(published, hosts, world);
    outside.doesNotReach(web, far, inside);

    container("peer").reaches(web, published, world);
    container("peer").doesNotReach(far, inside, hosts, gateways("one"));
    container("web").reaches(published, world);
    container("web").doesNotReach(far, inside, hosts, gateways("one"));
    container("far").reaches(published, world);
    container("far").doesNotReach(web, inside, hosts, gateways("two"));
    container("mate").reaches(inside);
    container("mate").doesNotReach(web, far, world, hosts, gateways("shut"));
    container("alone").doesNotReach(web, far, inside, published, world, hosts);
    assertThat(container("alone").run("busybox ls /sys/class/net")).isEqualTo("lo\n");
  }

  /** Each serves at its port 80. */
  private void start(String name, String... flags) {
    var words = new ArrayList<>(List.of("run", "-d", "--name", name));
    words.addAll(List.of(flags));
    words.addAll(List.of(image, "busybox", "httpd", "-f", "-p", "80", "-h", "/work"));
    kctl.succeed(words.toArray(String[]::new));
  }

  private Place container(String name) {
    return Place.container(kctl, name);
  }

  private Server server(String container, String network) {
    var endpoint = endpoint(container, network);
    return new Server(
        container,
        HTTP,
        endpoint.path("IPAddress").asText(),
        endpoint.path("GlobalIPv6Address").asText());
  }

  /** What listens on the host, by the addresses that it has in a network. */
  private Server gateways(String network) {
    var configs = ask("/v1.50/networks/" + network).path("IPAM").path("Config");
    var addresses = configs.findValuesAsText("Gateway");
    assertThat(addresses).as("%s", configs).hasSize(2);
    return new Server("the host", SERVED, addresses.toArray(String[]::new));
  }

  private JsonNode endpoint(String container, String network) {
    var found = ask("/v1.50/containers/" + container + "/json");
    var endpoint = found.path("NetworkSettings").path("Networks").path(network);
    assertThat(endpoint.path("IPAddress").asText()).as("%s", found).isNotEmpty();
    return endpoint;
  }

  private JsonNode ask(String path) {
    try {
      var answer = new EngineApi(kctl.socket()).ask("GET", path);
      assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
      return new ObjectMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Path> leases() {
    try (var files = Files.walk(kctl.root().resolve("leases"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String hostsNetwork() {
    return host.run("ip -o link; ip route; nft list ruleset");
  }
}
