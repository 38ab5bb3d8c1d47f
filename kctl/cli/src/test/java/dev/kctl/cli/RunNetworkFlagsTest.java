package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks, ports and names of a new container; what is sent is what Docker's client 28 sends. */
class RunNetworkFlagsTest {
  private CliFixture cli;

  @BeforeEach
  void makeEngine() throws IOException {
    cli = CliFixture.create();
    cli.engine.on("POST /v1.51/containers/create", 201, "{\"Id\":\"c1\",\"Warnings\":[]}");
  }

  @AfterEach
  void end() throws IOException {
    cli.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-p 80 | 80/tcp=[:]",
        "-p 8080:80 | 80/tcp=[:8080]",
        "-p :80 | 80/tcp=[:]",
        "-p 0:80 | 80/tcp=[:0]",
        "-p 80/SCTP | 80/sctp=[:]",
        "-p 127.0.0.1:8080:80/udp | 80/udp=[127.0.0.1:8080]",
        "-p 127.0.0.1::80 | 80/tcp=[127.0.0.1:]",
        "-p [::1]:8080:80 | 80/tcp=[::1:8080]",
        "-p ::1:8080:80 | 80/tcp=[::1:8080]",
        "-p 80-81 | 80/tcp=[:] 81/tcp=[:]",
        "-p 127.0.0.1:8000-8001:80-81/tcp | 80/tcp=[127.0.0.1:8000] 81/tcp=[127.0.0.1:8001]",
        "-p 8000-8010:80 | 80/tcp=[:8000-8010]",
        "-p 8080:80 -p 8081:80 | 80/tcp=[:8080 :8081]",
        "-p published=8080,target=80,mode=ingress | 80/tcp=[:8080]",
        "-p target=80,protocol=udp | 80/udp=[:]",
        "--expose 80-81/udp -p 443 | 443/tcp=[:] 80/udp=[] 81/udp=[]"
      })
  void sendsPortsAsDockerDoes(String flags, String ports) {
    var body = create(flags);
    var bindings = body.object("HostConfig").object("PortBindings");
    var said = new ArrayList<String>();
    for (var port : body.object("ExposedPorts").members().keySet()) {
      var hosts =
          bindings.objects(port).stream()
              .map(host -> host.string("HostIp") + ":" + host.string("HostPort"))
              .toList();
      said.add(port + "=[" + String.join(" ", hosts) + "]");
    }
    assertThat(String.join(" ", said)).isEqualTo(ports);
    assertThat(body.object("ExposedPorts").members().keySet())
        .containsAll(bindings.members().keySet());
  }

  @Test
  void sendsNothingOfWhatNobodySaid() {
    assertThat(create("--rm").object("HostConfig").members()).containsOnlyKeys("AutoRemove");
    assertThat(create("-P").object("HostConfig").isTrue("PublishAllPorts")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network n | n | ''",
        "--net none | none | ''",
        "--network container:x | container:x | ''",
        "--network n --network m | n | {n={} m={}}",
        "--network name=n,alias=a,ALIAS=b,ip=1.2.3.4,ip6=fd::2 | n |"
            + " {n={IPAMConfig={IPv4Address=1.2.3.4 IPv6Address=fd::2} Aliases=[a b]}}",
        "--network name=n,mac-address=02:42:ac:11:00:02,driver-opt=x=y,gw-priority=3 | n |"
            + " {n={MacAddress=02:42:ac:11:00:02 DriverOpts={x=y} GwPriority=3}}",
        "--network n --network m --network-alias a --net-alias b --ip 10.0.0.2 | n |"
            + " {n={IPAMConfig={IPv4Address=10.0.0.2} Aliases=[a b]} m={}}",
        "--network n --ip6 fd::3 | n | {n={IPAMConfig={IPv6Address=fd::3}}}",
        "--mac-address 02:42:ac:11:00:03 | default | {default={MacAddress=02:42:ac:11:00:03}}"
      })
  void sendsNetworksAsDockerDoes(String flags, String mode, String endpoints) {
    var body = create(flags);
    assertThat(body.object("HostConfig").string("NetworkMode")).isEqualTo(mode);
    var sent = body.object("NetworkingConfig").object("EndpointsConfig");
    assertThat(sent.members().isEmpty() ? "" : text(sent)).isEqualTo(endpoints);
  }

  @Test
  void sendsNamesAsDockerDoes() {
    var host =
        create(
                "--dns 1.1.1.1 --dns fd::1 --dns-search a.b --dns-search . --dns-option ndots:1"
                    + " --dns-opt x --add-host a:1.2.3.4 --add-host b=::1 --add-host d:::1"
                    + " --add-host c:host-gateway --add-host e:[::1]")
            .object("HostConfig");
    assertThat(host.strings("Dns")).containsExactly("1.1.1.1", "fd::1");
    assertThat(host.strings("DnsSearch")).containsExactly("a.b", ".");
    assertThat(host.strings("DnsOptions")).containsExactly("ndots:1", "x");
    assertThat(host.strings("ExtraHosts"))
        .containsExactly("a:1.2.3.4", "b:::1", "d:::1", "c:host-gateway", "e:::1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-p x:80 | invalid hostPort: x",
        "-p 80/xyz | invalid proto: xyz",
        "-p 99999:80 | invalid hostPort: 99999",
        "-p 80: | no port specified: 80:<empty>",
        "-p 9-8:9-8 | invalid containerPort: 9-8",
        "-p 80,81 | invalid containerPort: 80,81",
        "-p 1.2.3:80:80 | invalid IP address: 1.2.3",
        "-p 8080:80:90:100 | invalid IP address: 8080:80",
        "-p 8000-8001:80-82 | invalid ranges specified for container and host Ports: 80-82 and",
        "-p target=80,host=1 | invalid argument \"target=80,host=1\" for --publish: unknown key",
        "-p target=80,x | invalid publish opts format (should be name=value but got 'x')",
        "--expose 80:81 | invalid port format for --expose: 80:81",
        "--expose x | invalid range format for --expose: x",
        "--network n --network n | network \"n\" is specified multiple times",
        "--network none --network n | conflicting options: cannot attach both user-defined and",
        "--network-alias a | network-scoped aliases are only supported for user-defined networks",
        "--network name=n,alias=x --network-alias a | conflicting options: cannot specify both",
        "--network name=n,ip=1.2.3.4 --ip 1.2.3.5 | conflicting options: cannot specify both --ip",
        "--network name=n,foo=x | invalid argument \"name=n,foo=x\" for --network: invalid field"
            + " key",
        "--network n,alias=x | invalid argument \"n,alias=x\" for --network: invalid field n",
        "--network alias=x | invalid argument \"alias=x\" for --network: network name/id is not",
        "--network n --ip 1.2.3.x | invalid IPv4 address: 1.2.3.x",
        "--network n --ip6 1.2.3.4 | invalid IPv6 address: 1.2.3.4",
        "--mac-address zz | zz is not a valid mac address",
        "--dns x | invalid argument \"x\" for --dns: IP address is not correctly formatted: x",
        "--dns-search a_b/c | invalid argument \"a_b/c\" for --dns-search: a_b/c is not a valid",
        "--add-host x | invalid argument \"x\" for --add-host: bad format for add-host: \"x\"",
        "--add-host x:y | invalid argument \"x:y\" for --add-host: invalid IP address in add-host",
        "--link a:b | flag --link means nothing here: the containers of a network find each other"
      })
  void refusesWhatDockerRefuses(String flags, String said) {
    assertThat(cli.run(words(flags))).isEqualTo(125);
    assertThat(cli.err()).startsWith("kctl: " + said).hasLineCount(1);
    assertThat(cli.requests()).isEmpty();
  }

  private JsonObject create(String flags) {
    assertThat(cli.run(words(flags))).as(cli.err()).isZero();
    return Json.parseObject(cli.requests().getLast());
  }

  private static String[] words(String flags) {
    return ("create " + flags + " img").split(" ", -1);
  }

  private static String text(Object value) {
    if (value instanceof JsonObject object) {
      var members = new ArrayList<String>();
      object.members().forEach((key, member) -> members.add(key + "=" + text(member)));
      return "{" + String.join(" ", members) + "}";
    }
    return value instanceof List<?> list
        ? "[" + String.join(" ", list.stream().map(RunNetworkFlagsTest::text).toList()) + "]"
        : String.valueOf(value);
  }
}
