package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands about networks and ports: what they send, print and return. */
class NetworkCommandsTest {
  private static final String NETWORKS =
      "[{\"Name\":\"bridge\",\"Id\":\"0123456789abcdef0123\",\"Driver\":\"bridge\","
          + "\"Created\":\"2025-01-02T03:04:05.678Z\",\"Scope\":\"local\",\"EnableIPv4\":true,"
          + "\"EnableIPv6\":true,\"Internal\":false,\"Labels\":{\"c\":\"d\",\"a\":\"b\"}}]";

  private CliFixture cli;

  @BeforeEach
  void makeEngine() throws IOException {
    cli = CliFixture.create();
  }

  @AfterEach
  void end() throws IOException {
    cli.close();
  }

  @Test
  void sendsWhatANetworkIsToBe() {
    cli.engine.on("POST /v1.51/networks/create", 201, "{\"Id\":\"n1\",\"Warning\":\"careful\"}");
    var words =
        "network create --subnet 10.1.0.0/24 --subnet fd00:1::/64 --gateway fd00:1::1"
            + " --ip-range 10.1.0.128/25 --ipv6 --internal --attachable --scope local"
            + " --label a=b --label c -o mtu=1400 n";
    assertThat(cli.run(words.split(" ", -1))).isZero();
    assertThat(cli.requests().getLast())
        .isEqualTo(
            "{\"Name\":\"n\",\"Driver\":\"bridge\",\"Scope\":\"local\",\"EnableIPv6\":true,"
                + "\"Internal\":true,\"Attachable\":true,\"IPAM\":{\"Driver\":\"default\","
                + "\"Config\":[{\"Subnet\":\"10.1.0.0/24\",\"IPRange\":\"10.1.0.128/25\"},"
                + "{\"Subnet\":\"fd00:1::/64\",\"Gateway\":\"fd00:1::1\"}]},"
                + "\"Options\":{\"mtu\":\"1400\"},\"Labels\":{\"a\":\"b\",\"c\":\"\"}}");
    assertThat(cli.out()).isEqualTo("n1\n");
    assertThat(cli.err()).isEqualTo("WARNING: careful\n");
  }

  @Test
  void listsNetworksAsDockerDoes() {
    cli.engine.on("GET /v1.51/networks", 200, NETWORKS);
    cli.run("network", "ls");
    cli.run("network", "ls", "-q", "--no-trunc");
    cli.run("network", "ls", "--format", "json");
    cli.run("network", "ls", "--format", "{{.Label \"c\"}} {{.IPv6}}");
    assertThat(cli.out())
        .isEqualTo(
            """
            NETWORK ID     NAME      DRIVER    SCOPE
            0123456789ab   bridge    bridge    local
            0123456789abcdef0123
            {"CreatedAt":"2025-01-02 03:04:05.678 +0000 UTC","Driver":"bridge",\
            "ID":"0123456789ab","IPv4":"true","IPv6":"true","Internal":"false",\
            "Labels":"a=b,c=d","Name":"bridge","Scope":"local"}
            d true
            """);
    assertThat(cli.run("network", "ls", "--format", "{{.X}}")).isEqualTo(1);
    assertThat(cli.err()).contains("can't evaluate field X in type *network.networkContext");
  }

  @Test
  void listsNetworksByNameAndNumbersByValue() {
    cli.engine.on(
        "GET /v1.51/networks",
        200,
        "[{\"Name\":\"n10\"},{\"Name\":\"n9\"},{\"Name\":\"n\"},{\"Name\":\"b2x\"},{\"Name\":\"b2\"}]");
    cli.run("network", "ls", "--format", "{{.Name}}");
    assertThat(cli.out()).isEqualTo("b2\nb2x\nn\nn9\nn10\n");
  }

  @Test
  void removesThoseItCanAndIsSilentOfAbsentOnesWhenForced() {
    cli.engine.on("DELETE /v1.51/networks/a", 204, "");
    cli.engine.on("DELETE /v1.51/networks/b", 404, "{\"message\":\"network b not found\"}");
    assertThat(cli.run("network", "rm", "b", "a")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: network b not found\n");
    assertThat(cli.run("network", "rm", "-f", "b")).isZero();
    assertThat(cli.out()).isEqualTo("a\n");
  }

  @Test
  void saysWhichNetworksAreGone() {
    cli.engine.on("POST /v1.51/networks/prune", 200, "{\"NetworksDeleted\":[\"a\",\"b\"]}");
    assertThat(cli.run("network", "prune", "-f")).isZero();
    cli.in = Channels.newChannel(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(cli.run("network", "prune")).isZero();
    assertThat(cli.out())
        .isEqualTo(
            """
            Deleted Networks:
            a
            b

            WARNING! This will remove all custom networks not used by at least one container.
            Are you sure you want to continue? [y/N] \
            """);
  }

  @Test
  void sendsWhatAContainerWantsOnANetwork() {
    cli.engine.on("POST /v1.51/networks/n/connect", 200, "");
    cli.engine.on("POST /v1.51/networks/n/disconnect", 200, "");
    var words = "network connect --ip 10.1.0.5 --ip6 fd00::5 --alias a --alias b n web";
    assertThat(cli.run(words.split(" ", -1))).isZero();
    assertThat(cli.requests().getLast())
        .isEqualTo(
            "{\"Container\":\"web\",\"EndpointConfig\":{\"IPAMConfig\":{\"IPv4Address\":"
                + "\"10.1.0.5\",\"IPv6Address\":\"fd00::5\"},\"Aliases\":[\"a\",\"b\"]}}");
    assertThat(cli.run("network", "connect", "--gw-priority=-1", "--driver-opt=x=y", "n", "web"))
        .isZero();
    assertThat(cli.requests().getLast())
        .endsWith("\"EndpointConfig\":{\"DriverOpts\":{\"x\":\"y\"},\"GwPriority\":-1}}");
    assertThat(cli.run("network", "disconnect", "-f", "n", "web")).isZero();
    assertThat(cli.requests().getLast()).isEqualTo("{\"Container\":\"web\",\"Force\":true}");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void looksForNetworksWhereThereIsNeitherContainerNorImage() {
    cli.engine.on("GET /v1.51/networks/n", 200, "{\"Name\":\"n\"}");
    assertThat(cli.run("inspect", "-f", "{{.Name}}", "n")).isZero();
    assertThat(cli.out()).isEqualTo("n\n");
    assertThat(cli.run("inspect", "x")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: no such container or image or network: x\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port web | 0 | 53/udp -> 127.0.0.1:5353+80/tcp -> 0.0.0.0:8080+80/tcp -> [::]:8080+",
        "port web 80 | 0 | 0.0.0.0:8080+[::]:8080+",
        "port web 53/udp | 0 | 127.0.0.1:5353+",
        "port web 80/udp | 1 | kctl: no public port '80/udp' published for web+",
        "container port web 443 | 1 | kctl: no public port '443' published for web+"
      })
  void tellsWherePortsArePublished(String line, int code, String said) {
    cli.engine.on(
        "GET /v1.51/containers/web/json",
        200,
        "{\"NetworkSettings\":{\"Ports\":{\"443/tcp\":null,\"80/tcp\":[{\"HostIp\":\"0.0.0.0\","
            + "\"HostPort\":\"8080\"},{\"HostIp\":\"::\",\"HostPort\":\"8080\"}],"
            + "\"53/udp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"5353\"}]}}}");
    assertThat(cli.run(line.split(" ", -1))).isEqualTo(code);
    assertThat(cli.out() + cli.err()).isEqualTo(said.replace('+', '\n'));
  }
}
