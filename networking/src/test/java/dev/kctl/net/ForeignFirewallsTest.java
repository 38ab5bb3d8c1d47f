package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** With rules of the shape that Docker, ufw and firewalld make; the remedies are tried out. */
class ForeignFirewallsTest {
  private static final Network WEB = SampleNetworks.network("web", "10.7.0.0/16", null);
  private static final IpAddress ADDRESS = IpAddress.parse("10.7.0.2");
  private static final Lease A =
      new Lease(WEB.id(), "a", MacAddress.of(WEB.id(), ADDRESS), ADDRESS, null);

  @Test
  void dockersDropIsSeenAndItsRemedyHelps() throws Exception {
    blocksUntilRemedied(
        "iptables-nft -P FORWARD DROP; iptables-nft -N DOCKER-USER; iptables-nft -A FORWARD -j DOCKER-USER",
        "Docker (ip filter)",
        "iptables ");
  }

  @Test
  void anyOtherDropIsSeenByItsChainAndItsRemedyHelps() throws Exception {
    blocksUntilRemedied(
        "nft add table inet mine; nft add chain inet mine fwd1 '{ type filter hook forward priority 0; policy drop; }'",
        "table inet mine, chain fwd1",
        "nft ");
  }

  @Test
  void ufwAndFirewalldAreToldByTheirCommands() {
    var ufw =
        """
        table ip filter {
        	chain ufw-before-forward {
        	}
        	chain FORWARD {
        		type filter hook forward priority filter; policy drop;
        	}
        }
        table inet firewalld {
        	chain filter_FORWARD {
        		type filter hook forward priority filter + 10; policy accept;
        	}
        }
        table inet kctl_c0ffee {
        	chain forward {
        		type filter hook forward priority filter - 1; policy drop;
        	}
        }
        """;
    var found = ForeignFirewalls.read(ufw, List.of("kctl1"));
    assertThat(found)
        .extracting(ForeignFirewalls.Obstacle::who)
        .containsExactly("firewalld", "ufw (ip filter)");
    assertThat(found.getFirst().remedy()).contains("--add-interface=kctl1").endsWith("--reload");
    assertThat(found.getLast().remedy())
        .isEqualTo("ufw route allow in on kctl1\nufw route allow out on kctl1");
  }

  @Test
  void acceptingRulesAreNoObstacle() {
    assertThat(ForeignFirewalls.read(Ruleset.render("kctl_c0ffee", List.of()), List.of()))
        .isEmpty();
    assertThat(ForeignFirewalls.read("", List.of())).isEmpty();
  }

  private static void blocksUntilRemedied(String setUp, String who, String program)
      throws Exception {
    try (var lab = new Lab()) {
      lab.add(WEB);
      var a = lab.container(WEB, A);
      lab.apply(
          new Endpoint(
              WEB, A, List.of(new PublishedPort(null, 8080, 80, Protocol.TCP)), false, null));
      lab.serve(a, 80);
      lab.serve(lab.outside, 443);
      assertThat(lab.host.call(() -> ForeignFirewalls.detect(List.of()))).isEmpty();
      lab.host.sh(setUp);
      assertThat(lab.tryConnect(a, Lab.OUTSIDE4, 443)).isEqualTo("SocketTimeoutException");
      assertThat(lab.tryConnect(lab.outside, Lab.HOST4, 8080)).isEqualTo("SocketTimeoutException");

      var found = lab.host.call(() -> ForeignFirewalls.detect(List.of(WEB.bridge())));
      assertThat(found).singleElement().extracting(ForeignFirewalls.Obstacle::who).isEqualTo(who);
      assertThat(found.getFirst().remedy()).startsWith(program);
      lab.host.sh(found.getFirst().remedy().replace("iptables ", "iptables-nft "));
      assertThat(lab.connect(a, Lab.OUTSIDE4, 443)).isEqualTo(Lab.HOST4);
      assertThat(lab.connect(lab.outside, Lab.HOST4, 8080)).isEqualTo(Lab.OUTSIDE4);
    }
  }
}
