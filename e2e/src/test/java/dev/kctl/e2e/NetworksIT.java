package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every verb and flag of networks and ports, through kctl and through Docker's own client. */
class NetworksIT extends WithEngine {
  private static final Duration SOON = Duration.ofMinutes(2);

  NetworksIT() {
    super("nets");
  }

  @AfterEach
  void removeAll() {
    for (var id : kctl.succeed("ps", "-a", "-q").lines().toList()) {
      kctl.succeed("rm", "-f", id);
    }
    kctl.succeed("network", "prune", "-f");
  }

  @ParameterizedTest
  @EnumSource
  void makesNetworksOfEveryKind(Client client) {
    var id =
        succeed(
            client,
            "network create --driver bridge --subnet 10.91.0.0/24 --ip-range 10.91.0.128/25"
                + " --gateway 10.91.0.254 --ipv4=true --ipv6 --subnet fd00:91::/64 --internal"
                + " --attachable --scope local --label tier=db --opt mtu=1400 full");
    assertThat(id.strip()).hasSize(64);
    assertThat(same("network inspect full").stdout())
        .contains(
            "\"Id\": \"" + id.strip() + "\"",
            "\"Subnet\": \"10.91.0.0/24\"",
            "\"IPRange\": \"10.91.0.128/25\"",
            "\"Gateway\": \"10.91.0.254\"",
            "\"Subnet\": \"fd00:91::/64\"",
            "\"Internal\": true",
            "\"tier\": \"db\"",
            "\"mtu\": \"1400\"");
    same("network inspect -v full bridge none host");
    same("inspect --type network full");
    same("network inspect -f '{{.Name}} {{.Internal}} {{json .IPAM.Config}} {{.Labels}}' full");
    assertThat(succeed(client, "network rm full")).isEqualTo("full\n");
    assertThat(succeed(client, "network rm --force full")).isEmpty();
    assertThat(same("network rm full").exitCode()).isEqualTo(1);
  }

  @Test
  void listsThemTheSame() {
    succeed(Client.DOCKER, "network create --label tier=db one");
    succeed(Client.KCTL, "network create two");
    same("network ls");
    same("network ls --no-trunc");
    same("network ls -q --filter type=custom");
    same("network ls --filter label=tier --format json");
    same(
        "network ls --filter driver=bridge --format '{{.Name}} {{.IPv4}} {{.IPv6}}"
            + " {{.CreatedAt}}'");
    same("network ls --filter dangling=true --format 'table {{.ID}}\t{{.Labels}}\t{{.Internal}}'");
    assertThat(same("network ls --filter name=two -q").stdout()).hasSize(13);
    assertThat(same("network ls --filter type=x").exitCode()).isEqualTo(1);
    assertThat(same("network inspect nope").exitCode()).isEqualTo(1);
  }

  @Test
  void refusesTheSame() {
    succeed(Client.KCTL, "network create --subnet 10.92.0.0/24 taken");
    for (var line :
        new String[] {
          "network create taken",
          "network create host",
          "network create --subnet 10.92.0.0/25 other",
          "network create --driver overlay other",
          "network create --opt x=y other",
          "network create --gateway 10.93.0.1 other",
          "network rm bridge",
          "network connect taken nobody",
          "network disconnect --force taken nobody",
          "network connect nope nobody"
        }) {
      var refused = same(line);
      assertThat(refused.exitCode()).as(line).isEqualTo(1);
      assertThat(refused.stderr()).as(line).startsWith("kctl: ");
    }
    for (var flags :
        new String[] {
          "--network host", "--network container:x", "-p x:80", "--network none --network taken"
        }) {
      assertThat(same("run --rm " + flags + " IMAGE true").exitCode()).as(flags).isNotZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectsContainersThatDoNotRun(Client client) {
    succeed(client, "network create --subnet 10.94.0.0/24 --ipv6 --subnet fd00:94::/64 store");
    succeed(client, "create --name web IMAGE sleep 1000");
    succeed(
        client,
        "network connect --ip 10.94.0.7 --ip6 fd00:94::7 --alias www --gw-priority 7 store web");
    assertThat(same("network connect store web").exitCode()).isEqualTo(1);
    assertThat(same("network connect --driver-opt x=y store web").exitCode()).isEqualTo(1);
    assertThat(same("ps -a --filter network=store --format {{.Names}}").stdout())
        .isEqualTo("web\n");
    succeed(client, "network disconnect bridge web");
    succeed(client, "start web");
    assertThat(succeed(client, "exec web busybox ip addr show eth0"))
        .contains("10.94.0.7/24", "fd00:94::7/64");
    var refused = same("network disconnect store web");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.stderr()).contains("stop the container");
    assertThat(same("network rm store").exitCode()).isEqualTo(1);
    assertThat(same("network inspect -f '{{range .Containers}}{{.IPv4Address}}{{end}}' store"))
        .extracting(Finished::stdout)
        .isEqualTo("10.94.0.7/24\n");
    succeed(client, "stop --time 0 web");
    succeed(client, "network disconnect --force store web");
    assertThat(same("network disconnect store web").exitCode()).isEqualTo(1);
    assertThat(succeed(client, "network prune --force --filter until=1h")).isEmpty();
    assertThat(succeed(client, "network prune --force")).isEqualTo("Deleted Networks:\nstore\n\n");
  }

  @ParameterizedTest
  @EnumSource
  void publishesPortsAndFindsNeighbours(Client client) {
    succeed(client, "network create --subnet 10.95.0.0/24 --ipv6 --subnet fd00:95::/64 lan");
    succeed(
        client,
        "run -d --name web --net lan --network-alias www --net-alias site --ip 10.95.0.9"
            + " --ip6 fd00:95::9 --mac-address 02:42:0a:5f:00:09 --expose 81 --publish-all"
            + " --publish 127.0.0.1::80 --dns 192.0.2.53 --dns-search example.org --dns-opt ndots:2"
            + " --dns-option timeout:3 --add-host gw:host-gateway --add-host db:10.95.0.20"
            + " IMAGE sh -c 'echo hello >/work/index.html; exec busybox httpd -f -h /work'");
    var address = same("port web 80").stdout().strip();
    assertThat(address).startsWith("127.0.0.1:");
    eventually(SOON, "it serves", () -> serves("http://" + address + "/"));
    assertThat(same("port web").stdout()).contains("80/tcp -> " + address, "81/tcp -> 0.0.0.0:");
    assertThat(same("port web 82").exitCode()).isEqualTo(1);
    assertThat(same("ps --format {{.Ports}}").stdout()).contains(address + "->80/tcp");
    assertThat(same("ps --filter publish=80 --filter expose=81 -q").stdout()).hasSize(13);
    assertThat(succeed(Client.KCTL, "ps")).contains(address + "->80/tcp");
    assertThat(succeed(client, "exec web cat /etc/hosts"))
        .contains("10.95.0.20\tdb\n", "10.95.0.1\tgw\n");
    assertThat(succeed(client, "exec web cat /etc/resolv.conf"))
        .contains("example.org", "ndots:2", "timeout:3");
    assertThat(succeed(client, "exec web busybox ip link show eth0")).contains("02:42:0a:5f:00:09");
    var ask = "for h in web www site; do busybox timeout 60 busybox wget -qO- http://$h/; done";
    assertThat(succeed(client, "run --rm --network name=lan,alias=asker IMAGE sh -c '" + ask + "'"))
        .isEqualTo("hello\nhello\nhello\n");
  }

  @Test
  void hasNoNetworkWhereNoneIsWanted() {
    assertThat(
            same("run --rm --network none IMAGE sh -c 'busybox ip -o link | busybox wc -l'")
                .stdout())
        .isEqualTo("1\n");
  }

  private static boolean serves(String url) {
    try (var in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).equals("hello\n");
    } catch (IOException e) {
      return false;
    }
  }
}
