package dev.kctl.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NetworkWishesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void whoSaysNothingIsInTheDefaultNetwork() {
    var wishes = wishes("{}");
    assertThat(names(wishes)).isEqualTo("bridge");
    assertThat(wishes.isUsual()).isTrue();
    assertThat(names(wishes("{'HostConfig':{'NetworkMode':'default'}}"))).isEqualTo("bridge");
    assertThat(wishes("{'HostConfig':{'NetworkMode':'none'}}").isNone()).isTrue();
    assertThat(wishes("{'NetworkDisabled':true}").isNone()).isTrue();
  }

  @Test
  void theNetworkOfTheModeComesFirst() {
    assertThat(
            names(
                wishes(
                    "{'HostConfig':{'NetworkMode':'web'},"
                        + "'NetworkingConfig':{'EndpointsConfig':{'db':{},'web':{}}}}")))
        .isEqualTo("web db");
    assertThat(names(wishes("{'NetworkingConfig':{'EndpointsConfig':{'db':{},'default':null}}}")))
        .isEqualTo("bridge db");
    assertThat(names(wishes("{'NetworkingConfig':{'EndpointsConfig':{'db':null}}}")))
        .isEqualTo("db");
  }

  @Test
  void readsWhatIsAskedOfANetwork() {
    var wish =
        wishes(
                "{'HostConfig':{'NetworkMode':'web'},'NetworkingConfig':{'EndpointsConfig':{'web':"
                    + "{'IPAMConfig':{'IPv4Address':'10.1.0.7','IPv6Address':'fd00::7'},"
                    + "'MacAddress':'02:00:00:00:00:07','Aliases':['a','b'],'GwPriority':3}}}}")
            .endpoints()
            .getFirst();
    assertThat(wish.v4()).hasToString("10.1.0.7");
    assertThat(wish.v6()).hasToString("fd00::7");
    assertThat(wish.mac()).hasToString("02:00:00:00:00:07");
    assertThat(wish.aliases()).containsExactly("a", "b");
    assertThat(wish.gatewayPriority()).isEqualTo(3);
    assertThat(wishes("{'MacAddress':'02:00:00:00:00:08'}").endpoints().getFirst().mac())
        .hasToString("02:00:00:00:00:08");
  }

  @Test
  void readsPublishedPorts() {
    var ports =
        wishes(
                "{'ExposedPorts':{'80/tcp':{},'53/udp':{}},'HostConfig':{'PublishAllPorts':true,"
                    + "'PortBindings':{'80/tcp':[{'HostIp':'','HostPort':'8080'},"
                    + "{'HostIp':'::1','HostPort':''}],'9000':[{'HostPort':'7000-7002'}],"
                    + "'1000/tcp':null}}}")
            .ports();
    assertThat(ports.exposed().toString()).isEqualTo("[80/tcp, 53/udp, 9000/tcp, 1000/tcp]");
    assertThat(ports.mappings().toString())
        .isEqualTo("[8080:80/tcp, [::1]:0:80/tcp, 7000-7002:9000/tcp, 0:53/udp, 0:1000/tcp]");
  }

  @Test
  void readsHostsByEitherSeparator() {
    var hosts =
        wishes("{'HostConfig':{'ExtraHosts':['a:10.0.0.1','b=::1','c:fd00::1','d:[fd00::2]']}}")
            .hosts();
    assertThat(hosts.toString())
        .isEqualTo(
            "[ExtraHost[name=a, address=10.0.0.1], ExtraHost[name=b, address=::1],"
                + " ExtraHost[name=c, address=fd00::1], ExtraHost[name=d, address=fd00::2]]");
    assertThat(wishes("{'HostConfig':{'ExtraHosts':['h:host-gateway']}}").reachesHost()).isTrue();
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertRefused("{'HostConfig':{'NetworkMode':'host'}}", "kernel of its own");
    assertRefused("{'HostConfig':{'NetworkMode':'container:x'}}", "kernel of its own");
    assertRefused("{'HostConfig':{'ExtraHosts':['nonsense']}}", "bad format for add-host");
    assertRefused("{'HostConfig':{'ExtraHosts':['a:b c']}}", "bad format for add-host");
    assertRefused("{'HostConfig':{'Dns':['x']}}", "bad nameserver address");
    assertRefused("{'HostConfig':{'DnsSearch':['a\\nb']}}", "bad word for resolv.conf");
    assertRefused("{'ExposedPorts':{'x':{}}}", "invalid port specification: \"x\"");
    assertRefused("{'ExposedPorts':{'0/tcp':{}}}", "invalid port specification");
    assertRefused(
        "{'HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'99999'}]}}}",
        "invalid port binding");
    assertRefused("{'MacAddress':'01:00:00:00:00:08'}", "invalid endpoint settings");
    assertRefused(
        "{'NetworkingConfig':{'EndpointsConfig':{'web':{'IPAMConfig':{'IPv4Address':'::1'}}}}}",
        "invalid IPv4 address: ::1");
  }

  private static void assertRefused(String request, String words) {
    assertThatThrownBy(() -> wishes(request))
        .isInstanceOfSatisfying(NetworkRefusal.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining(words);
  }

  private static String names(NetworkWishes wishes) {
    return String.join(" ", wishes.endpoints().stream().map(EndpointWish::network).toList());
  }

  static NetworkWishes wishes(String request) {
    try {
      if (!(JSON.readTree(request.replace('\'', '"')) instanceof ObjectNode json)) {
        throw new IllegalArgumentException(request);
      }
      return NetworkWishes.parse(json, json.path("HostConfig"), NetworkWishes.settings(json));
    } catch (IOException e) {
      throw new IllegalArgumentException(request, e);
    }
  }
}
