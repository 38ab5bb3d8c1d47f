package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Containers in networks, whatever happens to the engine, to the rules and to a start. It runs in a
 * namespace that has an outside: {@code packaging/in-namespace.sh}.
 */
class NetworkLifeIT extends WithEngine {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String SERVE =
      "busybox mkdir /www; echo I am $HOSTNAME >/www/index.html; busybox httpd -f -h /www";

  /** A port is free that nobody of the other tests uses: the namespace is shared. */
  private final int port = 18_000 + (int) (ProcessHandle.current().pid() % 1000);

  NetworkLifeIT() {
    super("netlife");
  }

  @AfterEach
  void removeAll() {
    for (var id : kctl.succeed("ps", "-a", "-q").lines().toList()) {
      kctl.succeed("rm", "-f", id);
    }
    kctl.succeed("network", "prune", "-f");
    assertThat(taps()).isEmpty();
  }

  @Test
  void containersOfANetworkFindEachOtherByNameAndByAlias() {
    kctl.succeed("network", "create", "web");
    serve("db", "--network", "web", "--network-alias", "store");
    for (var name : List.of("db", "store", "DB")) {
      assertThat(get("web", "http://" + name + "/")).isEqualTo("I am db\n");
    }
    kctl.succeed("rename", "db", "data");
    assertThat(get("web", "http://data/")).isEqualTo("I am db\n");
    assertThat(fetch("bridge", "http://data/").exitCode()).isNotZero();
  }

  @Test
  void aPublishedPortIsReachedFromEverywhere() {
    serve("web", "-p", port + ":80");
    for (var address : List.of("127.0.0.1", "[::1]", "192.0.2.2", "[2001:db8::2]")) {
      assertThat(here("http://" + address + ":" + port + "/")).as(address).isEqualTo("I am web\n");
    }
    for (var address : List.of("192.0.2.2", "[2001:db8::2]")) {
      assertThat(outside("http://" + address + ":" + port + "/")).isEqualTo("I am web\n");
    }
    assertThat(kctl.succeed("inspect", "web"))
        .contains("\"0.0.0.0\"", "\"::\"", "\"" + port + "\"");
  }

  @Test
  void allGoesOnWhenTheEngineIsKilled() {
    kctl.succeed("network", "create", "web");
    serve("db", "--network", "web", "-p", port + ":80");
    var before = address("db", "web");
    var engines = kctl.pids("EngineMain");
    engines.forEach(pid -> Signals.send("KILL", pid));
    eventually(
        SOON,
        "another engine",
        () -> kctl.pids("EngineMain").stream().noneMatch(engines::contains));

    assertThat(kctl.succeed("ps", "-q").lines()).hasSize(1);
    assertThat(address("db", "web")).isEqualTo(before);
    assertThat(here("http://127.0.0.1:" + port + "/")).isEqualTo("I am db\n");
    assertThat(here("http://[::1]:" + port + "/")).isEqualTo("I am db\n");
    assertThat(outside("http://192.0.2.2:" + port + "/")).isEqualTo("I am db\n");
    assertThat(get("web", "http://db/")).isEqualTo("I am db\n");
    assertThat(kctl.succeed("exec", "db", "busybox", "nslookup", "db")).contains(before);
  }

  @Test
  void aStartThatFailsLeavesNothing() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var refused =
          kctl.run("run", "--name", "web", "-p", taken.getLocalPort() + ":80", image, "true");
      assertThat(refused.exitCode()).isEqualTo(125);
      assertThat(refused.stderr()).contains("port is already allocated");
      assertThat(taps()).isEmpty();
    }
    var unknown = kctl.run("run", "--rm", "--network", "nope", image, "true");
    assertThat(unknown.exitCode()).isEqualTo(125);
    assertThat(unknown.stderr()).contains("network nope not found");
    var noProgram = kctl.run("run", "--rm", "-p", port + ":80", image, "/no/such/program");
    assertThat(noProgram.exitCode()).isEqualTo(127);
    assertThat(taps()).isEmpty();
    assertThat(shell("nft list ruleset")).doesNotContain(Integer.toString(port));
  }

  @Test
  void twentyStartedAtOnceHaveTwentyAddresses() {
    kctl.succeed("network", "create", "web");
    var starts = new ArrayList<Started>();
    for (var i = 0; i < 20; i++) {
      var name = "c" + i;
      starts.add(
          kctl.start(
              "run",
              "-d",
              "--network",
              "web",
              "--name",
              name,
              "-m",
              "48m",
              image,
              "sleep",
              "1000"));
    }
    for (var start : starts) {
      start.closeStdin();
      var finished = start.await();
      assertThat(finished.exitCode()).as("%s", finished).isZero();
    }
    var addresses = new ArrayList<String>();
    for (var i = 0; i < 20; i++) {
      addresses.add(address("c" + i, "web"));
    }
    assertThat(addresses).doesNotHaveDuplicates().doesNotContain("");
    assertThat(taps()).hasSize(20);
  }

  @Test
  void whoWasGivenAnAddressKeepsIt() {
    kctl.succeed("network", "create", "--subnet", "10.77.0.0/24", "web");
    serve("db", "--network", "web", "--ip", "10.77.0.9");
    assertThat(address("db", "web")).isEqualTo("10.77.0.9");
    kctl.succeed("restart", "-t", "0", "db");
    assertThat(address("db", "web")).isEqualTo("10.77.0.9");
    assertThat(get("web", "http://10.77.0.9/")).isEqualTo("I am db\n");
    var taken = kctl.run("run", "--rm", "--network", "web", "--ip", "10.77.0.9", image, "true");
    assertThat(taken.exitCode()).isEqualTo(125);
    assertThat(taken.stderr()).contains("Address already in use");
  }

  @Test
  void rulesThatSomebodyFlushedComeBack() {
    serve("web", "-p", port + ":80");
    assertThat(outside("http://192.0.2.2:" + port + "/")).isEqualTo("I am web\n");
    shell("nft flush ruleset");
    eventually(
        SOON,
        "the rules are back",
        () -> shell("nft list ruleset").contains("dport map @publish4"));
    assertThat(outside("http://192.0.2.2:" + port + "/")).isEqualTo("I am web\n");
  }

  @Test
  void theHostsServicesAreOpenToWhomTheyWereOpened() throws IOException {
    try (var service = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
      var connect = "busybox nc -w 5 host.internal " + port + " -e /bin/true && echo reached";
      var open =
          kctl.run(
              "run",
              "--rm",
              "--add-host",
              "host.internal:host-gateway",
              image,
              "sh",
              "-c",
              connect);
      assertThat(open.stdout()).as("%s", open).isEqualTo("reached\n");
      var gateway =
          "busybox nc -w 5 $(busybox ip route | busybox sed -n 's/default via \\([^ ]*\\).*/\\1/p') ";
      var closed = kctl.run("run", "--rm", image, "sh", "-c", gateway + port + " -e /bin/true");
      assertThat(closed.exitCode()).as("%s", closed).isNotZero();
      assertThat(service.isBound()).isTrue();
    }
  }

  /** Starts a container that serves its name on port 80, and waits until it does. */
  private void serve(String name, String... options) {
    var words = new ArrayList<>(List.of("run", "-d", "--name", name, "--hostname", name));
    words.addAll(List.of(options));
    words.addAll(List.of(image, "sh", "-c", SERVE));
    kctl.succeed(words.toArray(String[]::new));
    eventually(
        SOON,
        name + " serves",
        () ->
            kctl.run("exec", name, "busybox", "wget", "-qO-", "http://127.0.0.1/").exitCode() == 0);
  }

  /** What a new container in a network gets of an address. */
  private String get(String network, String url) {
    var finished = fetch(network, url);
    assertThat(finished.exitCode()).as("%s from %s: %s", url, network, finished).isZero();
    return finished.stdout();
  }

  private Finished fetch(String network, String url) {
    return kctl.run(
        "run",
        "--rm",
        "--network",
        network,
        image,
        "busybox",
        "timeout",
        "60",
        "busybox",
        "wget",
        "-qO-",
        url);
  }

  private static String here(String url) {
    return shell("curl -sS -g -m 60 " + url);
  }

  private static String outside(String url) {
    var outside = Objects.requireNonNull(System.getenv("KCTL_OUTSIDE"), "no outside");
    return shell("nsenter --target " + outside + " --net curl -sS -g -m 60 " + url);
  }

  private String address(String container, String network) {
    return kctl.succeed(
            "inspect",
            "--format",
            "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}",
            container)
        .strip();
  }

  /** TAPs of ours; the root's digits are in the names of its bridges too. */
  private List<String> taps() {
    return shell("ip -o link show type tun").lines().filter(line -> line.contains(": kt")).toList();
  }

  private static String shell(String command) {
    try (var started =
        Started.start(
            List.of("sh", "-c", command), Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))) {
      started.closeStdin();
      var finished = started.await();
      assertThat(finished.exitCode()).as("%s: %s", command, finished).isZero();
      return finished.stdout();
    }
  }
}
