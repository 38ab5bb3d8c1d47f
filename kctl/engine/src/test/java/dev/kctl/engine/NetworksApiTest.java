package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes of networks, over a host that only remembers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NetworksApiTest {
  @TempDir Path root;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    for (var container : server.containers.list()) {
      container.remove(true);
    }
    server.close();
  }

  @Test
  void aNetworkIsMadeAsTheRequestSaysAndShownInDockersShape() throws IOException {
    var answer =
        server.post(
            "/v1.51/networks/create",
            """
            {"Name":"web","Driver":"bridge","EnableIPv6":true,"Internal":true,"CheckDuplicate":true,
             "IPAM":{"Driver":"default","Options":{},"Config":[
               {"Subnet":"10.9.0.0/24","IPRange":"10.9.0.128/25","Gateway":"10.9.0.1"},
               {"Subnet":"fd00:9::/64"}]},
             "Options":{"com.docker.network.driver.mtu":"1400"},"Labels":{"a":"b"}}\
            """);
    assertThat(answer).startsWith("HTTP/1.1 201").endsWith("\"Warning\":\"\"}");
    var id = Json.parse(body(answer)).path("Id").asText();
    var shown = Json.parse(body(server.get("/networks/web")));
    assertThat(shown.path("Id").asText()).isEqualTo(id).hasSize(64);
    assertThat(shown.path("Created").asText()).startsWith("20");
    shown.remove(List.of("Id", "Created"));
    assertThat(shown)
        .hasToString(
            "{\"Name\":\"web\",\"Scope\":\"local\",\"Driver\":\"bridge\",\"EnableIPv4\":true,"
                + "\"EnableIPv6\":true,\"IPAM\":{\"Driver\":\"default\",\"Options\":null,"
                + "\"Config\":[{\"Subnet\":\"10.9.0.0/24\",\"IPRange\":\"10.9.0.128/25\","
                + "\"Gateway\":\"10.9.0.1\"},{\"Subnet\":\"fd00:9::/64\","
                + "\"Gateway\":\"fd00:9::1\"}]},\"Internal\":true,\"Attachable\":false,"
                + "\"Ingress\":false,\"ConfigFrom\":{\"Network\":\"\"},\"ConfigOnly\":false,"
                + "\"Containers\":{},\"Options\":{\"com.docker.network.driver.mtu\":\"1400\"},"
                + "\"Labels\":{\"a\":\"b\"}}");
    assertThat(server.get("/networks/" + id.substring(0, 12))).contains("\"Name\":\"web\"");
    assertThat(server.networks.store().get("web").mtu()).isEqualTo(1400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 400 | invalid name: name is empty",
        "{'Name':'a b'} | 400 | not a name for a network",
        "{'Name':'web'} | 409 | network with name web already exists",
        "{'Name':'host'} | 403 | operation is not permitted on predefined host network",
        "{'Name':'n','Driver':'overlay'} | 400 | network driver overlay is not supported",
        "{'Name':'n','Scope':'swarm'} | 400 | network scope swarm is not supported",
        "{'Name':'n','Ingress':true} | 400 | Ingress is not supported",
        "{'Name':'n','ConfigOnly':true} | 400 | ConfigOnly is not supported",
        "{'Name':'n','ConfigFrom':{'Network':'x'}} | 400 | ConfigFrom is not supported",
        "{'Name':'n','EnableIPv4':false} | 400 | every network has IPv4",
        "{'Name':'n','IPAM':{'Driver':'dhcp'}} | 400 | IPAM drivers and their options",
        "{'Name':'n','Options':{'x':'y'}} | 400 | option x is not supported",
        "{'Name':'n','Options':{'mtu':'x'}} | 400 | invalid value x of option mtu",
        "{'Name':'n','Options':{'mtu':'1'}} | 400 | mtu 1 is not between",
        "{'Name':'n','IPAM':{'Config':[{'Gateway':'10.1.0.1'}]}} | 400 | a gateway needs a subnet",
        "{'Name':'n','IPAM':{'Config':[{'Subnet':'fd00::/64'}]}} | 400 | add --ipv6",
        "{'Name':'n','IPAM':{'Config':[{'Subnet':'x'}]}} | 400 | x",
        "{'Name':'n','IPAM':{'Config':[{'Subnet':'10.1.0.0/24'},{'Subnet':'10.2.0.0/24'}]}} | 400 |"
            + " not also 10.2.0.0/24",
        "{'Name':'n','IPAM':{'Config':[{'Subnet':'10.9.0.0/24'}]}} | 403 | overlaps that of"
      })
  void whatCannotBeHadIsRefused(String request, int status, String reason) throws IOException {
    create("{'Name':'web','IPAM':{'Config':[{'Subnet':'10.9.0.0/16'}]}}");
    assertThat(server.post("/networks/create", json(request)))
        .startsWith("HTTP/1.1 " + status)
        .contains(reason);
    assertThat(server.networks.store().list()).hasSize(2);
  }

  @Test
  void theListHasDockersOwnNetworksAndIsFiltered() throws IOException {
    create("{'Name':'web','Labels':{'tier':'front'}}");
    create("{'Name':'db','Options':{'com.docker.network.bridge.enable_icc':'false'}}");
    server.create("{\"NetworkMode\":\"db\"}", "sleep");
    assertThat(listed("{}")).containsExactlyInAnyOrder("bridge", "web", "db", "host", "none");
    assertThat(listed("{'name':['we']}")).containsExactly("web");
    assertThat(listed("{'driver':['null']}")).containsExactly("none");
    assertThat(listed("{'type':['custom']}")).containsExactlyInAnyOrder("web", "db");
    assertThat(listed("{'type':{'builtin':true}}"))
        .containsExactlyInAnyOrder("bridge", "host", "none");
    assertThat(listed("{'label':['tier=front']}")).containsExactly("web");
    assertThat(listed("{'dangling':['true']}")).containsExactly("web");
    assertThat(listed("{'scope':['global']}")).isEmpty();
    assertThat(server.get("/networks?filters={\"x\":[\"y\"]}")).startsWith("HTTP/1.1 400");
    assertThat(server.get("/networks?filters={\"type\":[\"y\"]}")).startsWith("HTTP/1.1 400");
    assertThat(server.get("/networks/none"))
        .contains("\"Driver\":\"null\"", "\"Config\":null", "\"Containers\":{}");
    assertThat(server.get("/networks/bridge"))
        .contains("\"com.docker.network.bridge.default_bridge\":\"true\"");
    assertThat(server.get("/networks/nope"))
        .startsWith("HTTP/1.1 404")
        .contains("network nope not found");
  }

  @Test
  void aNetworkInUseIsNotRemovedAndPredefinedOnesNever() throws IOException {
    create("{'Name':'web'}");
    var id = server.create("{\"NetworkMode\":\"web\"}", "sleep");
    var container = server.containers.get(id);
    var connection =
        server.networks.connect(
            Residents.of(container.spec(), container.files()), container.spec().networkWishes());
    var shown = Json.parse(body(server.get("/networks/web"))).path("Containers").path(id);
    assertThat(shown.path("Name").asText()).isEqualTo(container.spec().name());
    assertThat(shown.path("IPv4Address").asText()).endsWith("/16");
    assertThat(shown.path("IPv6Address").asText()).isEmpty();
    assertThat(server.ask("DELETE", "/networks/web", ""))
        .startsWith("HTTP/1.1 403")
        .contains("error while removing network: network web id", "has active endpoints");
    connection.close();
    assertThat(server.ask("DELETE", "/networks/web", "")).startsWith("HTTP/1.1 204");
    assertThat(server.ask("DELETE", "/networks/web", "")).startsWith("HTTP/1.1 404");
    for (var name : List.of("bridge", "host", "none")) {
      assertThat(server.ask("DELETE", "/networks/" + name, ""))
          .startsWith("HTTP/1.1 403")
          .contains(name + " is a pre-defined network and cannot be removed");
    }
  }

  @Test
  void pruningTakesThoseThatNoContainerIsToBeIn() throws IOException {
    create("{'Name':'web','Labels':{'keep':''}}");
    create("{'Name':'db'}");
    create("{'Name':'free'}");
    server.create("{\"NetworkMode\":\"db\"}", "sleep");
    assertThat(server.post("/networks/prune?filters={\"until\":[\"1h\"]}", ""))
        .endsWith("{\"NetworksDeleted\":null}");
    assertThat(server.post("/networks/prune?filters={\"label!\":[\"keep\"]}", ""))
        .endsWith("{\"NetworksDeleted\":[\"free\"]}");
    assertThat(server.post("/networks/prune", "")).endsWith("{\"NetworksDeleted\":[\"web\"]}");
    assertThat(listed("{'type':['custom']}")).containsExactly("db");
  }

  @Test
  void aContainerThatDoesNotRunEntersAndLeavesNetworks() throws IOException {
    create("{'Name':'web','IPAM':{'Config':[{'Subnet':'10.9.0.0/24'}]}}");
    var id = server.create("{}", "sleep");
    assertThat(
            server.post(
                "/networks/web/connect",
                json(
                    "{'Container':'"
                        + id
                        + "','EndpointConfig':{'IPAMConfig':{'IPv4Address':'10.9.0.5'},"
                        + "'Aliases':['www'],'MacAddress':''}}")))
        .startsWith("HTTP/1.1 200");
    var wishes = server.containers.get(id).spec().networkWishes().endpoints();
    assertThat(wishes).extracting(wish -> wish.network()).containsExactly("bridge", "web");
    assertThat(wishes.getLast().aliases()).containsExactly("www");
    assertThat(server.get("/containers/json?all=1&filters={\"network\":[\"web\"]}")).contains(id);
    assertThat(join("web", id)).startsWith("HTTP/1.1 403").contains("already exists in network");
    assertThat(leave("bridge", id)).startsWith("HTTP/1.1 200");
    assertThat(leave("bridge", id))
        .startsWith("HTTP/1.1 403")
        .contains("is not connected to network bridge");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Networks\":{\"web\":{\"IPAMConfig\":{\"IPv4Address\":\"10.9.0.5\"}");
    assertThat(server.get("/containers/json?all=1&filters={\"network\":[\"bridge\"]}"))
        .doesNotContain(id);
  }

  @Test
  void whatMakesNoSenseOnANetworkIsRefused() throws IOException {
    create("{'Name':'web','IPAM':{'Config':[{'Subnet':'10.9.0.0/24'}]}}");
    var id = server.create("{}", "sleep");
    var alone = server.create("{\"NetworkMode\":\"none\"}", "sleep");
    assertThat(join("nope", id)).startsWith("HTTP/1.1 404").contains("network nope not found");
    assertThat(join("web", "nope")).startsWith("HTTP/1.1 404").contains("No such container: nope");
    assertThat(join("web", alone)).startsWith("HTTP/1.1 400").contains("private (none) mode");
    assertThat(join("none", id)).startsWith("HTTP/1.1 400").contains("private (none) mode");
    assertThat(join("host", id)).startsWith("HTTP/1.1 400").contains("connected to host network");
    for (var wish :
        List.of(
            "{'IPAMConfig':{'IPv4Address':'10.8.0.5'}}",
            "{'IPAMConfig':{'IPv6Address':'fd00::5'}}",
            "{'IPAMConfig':{'LinkLocalIPs':['169.254.1.1']}}",
            "{'Links':['a:b']}",
            "{'DriverOpts':{'x':'y'}}")) {
      var request = "{'Container':'" + id + "','EndpointConfig':" + wish + "}";
      assertThat(server.post("/networks/web/connect", json(request))).startsWith("HTTP/1.1 400");
    }
    assertThat(server.containers.get(id).spec().networkWishes().endpoints()).hasSize(1);
  }

  @Test
  void oneThatRunsIsRefusedBeforeAnythingChanges() throws IOException {
    create("{'Name':'web'}");
    var id = server.create("{\"NetworkMode\":\"web\"}", "sleep");
    create("{'Name':'db'}");
    server.post("/containers/" + id + "/start", "");
    assertThat(join("db", id))
        .startsWith("HTTP/1.1 409")
        .contains("while it is running", "stop the container, connect it, and start it again");
    assertThat(leave("web", id))
        .startsWith("HTTP/1.1 409")
        .contains("stop the container, disconnect it, and start it again");
    assertThat(server.containers.get(id).spec().networkWishes().endpoints()).hasSize(1);
  }

  @Test
  void whatHappensToNetworksIsTold() throws IOException {
    create("{'Name':'web'}");
    server.ask("DELETE", "/networks/web", "");
    try (var events = server.events.subscribe()) {
      assertThat(events.past())
          .filteredOn(event -> event.type().equals("network"))
          .extracting(EngineEvent::action)
          .containsExactly("create", "destroy");
      assertThat(events.past().getFirst().attributes())
          .containsOnly(entry("name", "web"), entry("type", "bridge"));
    }
  }

  @Test
  void portsAreFilteredByThoseOfTheContainer() throws IOException {
    var body =
        "{'Image':'demo','Cmd':['sleep'],'ExposedPorts':{'53/udp':{},'80/tcp':{}},"
            + "'HostConfig':{'PortBindings':{'80/tcp':[{'HostIp':'','HostPort':''}]}}}";
    assertThat(server.post("/containers/create", json(body))).startsWith("HTTP/1.1 201");
    assertThat(found("publish", "80")).isTrue();
    assertThat(found("publish", "70-90/tcp")).isTrue();
    assertThat(found("publish", "53/udp")).isFalse();
    assertThat(found("expose", "53/udp")).isTrue();
    assertThat(found("expose", "53")).isFalse();
    assertThat(server.get("/containers/json?filters={\"publish\":[\"x\"]}"))
        .startsWith("HTTP/1.1 400")
        .contains("invalid filter 'publish=x'");
  }

  private boolean found(String filter, String port) throws IOException {
    return server
        .get("/containers/json?all=1&filters={\"" + filter + "\":[\"" + port + "\"]}")
        .contains("demo");
  }

  private void create(String request) throws IOException {
    assertThat(server.post("/networks/create", json(request))).startsWith("HTTP/1.1 201");
  }

  private String join(String network, String container) throws IOException {
    return server.post(
        "/networks/" + network + "/connect", "{\"Container\":\"" + container + "\"}");
  }

  private String leave(String network, String container) throws IOException {
    return server.post(
        "/networks/" + network + "/disconnect",
        "{\"Container\":\"" + container + "\",\"Force\":true}");
  }

  private List<String> listed(String filters) throws IOException {
    var wrapped = "{\"l\":" + text(server.get("/networks?filters=" + json(filters))) + "}";
    var list = Json.parse(wrapped.getBytes(StandardCharsets.UTF_8)).path("l");
    return StreamSupport.stream(list.spliterator(), false)
        .map(network -> network.path("Name").asText())
        .toList();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static String text(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 200");
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static byte[] body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
  }
}
