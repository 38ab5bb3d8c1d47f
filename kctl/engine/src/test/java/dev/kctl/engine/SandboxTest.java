package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxTest {
  @Test
  void capabilitiesFollowDockersRules() {
    assertThat(Capabilities.of(List.of(), List.of())).isEqualTo(Capabilities.USUAL);
    assertThat(Capabilities.of(List.of("CAP_NET_ADMIN", "sys_time"), List.of("CHOWN")))
        .contains("NET_ADMIN", "SYS_TIME", "KILL")
        .doesNotContain("CHOWN");
    assertThat(Capabilities.of(List.of("ALL"), List.of("NET_RAW")))
        .hasSize(Capabilities.EVERY.size() - 1)
        .doesNotContain("NET_RAW");
    assertThat(Capabilities.of(List.of("NET_RAW"), List.of("all"))).containsExactly("NET_RAW");
    assertThatThrownBy(() -> Capabilities.of(List.of("FOO"), List.of()))
        .hasMessage("invalid CapAdd: unknown capability: \"CAP_FOO\"");
  }

  @Test
  void securityOptionsAreHonouredOrAnsweredInWords() throws IOException {
    var security =
        Sandbox.security(
            json(
                "{'SecurityOpt':['no-new-privileges','seccomp=unconfined'],'MaskedPaths':[],"
                    + "'Privileged':true}"),
            false);
    assertThat(security.getNoNewPrivileges()).isTrue();
    assertThat(security.getSeccompUnconfined()).isTrue();
    assertThat(security.getPathsUnconfined()).isTrue();
    assertThat(security.getPrivileged()).isTrue();
    assertThat(Sandbox.security(json("{'MaskedPaths':null}"), false).getPathsUnconfined())
        .isFalse();
    assertThat(Sandbox.check(json("{'SecurityOpt':['label=disable']}"))).hasSize(1);
    for (var refused :
        List.of("apparmor=mine", "seccomp={}", "no-new-privileges=maybe", "nonsense=1")) {
      assertThatThrownBy(() -> Sandbox.check(json("{'SecurityOpt':['" + refused + "']}")))
          .isInstanceOf(EngineException.InvalidParameter.class);
    }
  }

  @Test
  void limitsReachTheProcess() throws IOException {
    var process =
        Sandbox.confine(
                dev.kctl.guest.proto.Process.newBuilder(),
                json(
                    "{'Ulimits':[{'Name':'nofile','Soft':1024,'Hard':2048},"
                        + "{'Name':'core','Soft':-1,'Hard':-1}],"
                        + "'GroupAdd':['audio','1234'],'OomScoreAdj':500}"),
                false)
            .build();
    assertThat(process.getRlimits(0).getSoft()).isEqualTo(1024);
    assertThat(process.getRlimits(1).getHard()).isEqualTo(-1);
    assertThat(process.getGroupsList()).containsExactly("audio", "1234");
    assertThat(process.getOomScoreAdj()).isEqualTo(500);
  }

  @Test
  void valuesThatMakeNoSenseAreRefused() {
    for (var wrong :
        List.of(
            "{'Ulimits':[{'Name':'nofiles','Soft':1,'Hard':1}]}",
            "{'Ulimits':[{'Name':'nofile','Soft':2,'Hard':1}]}",
            "{'Sysctls':{'../x':'1'}}",
            "{'ShmSize':-1}",
            "{'OomScoreAdj':1001}")) {
      assertThatThrownBy(() -> Sandbox.check(json(wrong)))
          .as(wrong)
          .isInstanceOf(EngineException.InvalidParameter.class);
    }
    for (var wrong :
        List.of(
            "{'Memory':1000}",
            "{'NanoCpus':9000000000000}",
            "{'CpusetCpus':'4096'}",
            "{'CpusetCpus':'2-1'}",
            "{'CpuShares':-1}",
            "{'Memory':10000000,'MemoryReservation':20000000}")) {
      assertThatThrownBy(() -> Limits.check(json(wrong)))
          .as(wrong)
          .isInstanceOf(EngineException.InvalidParameter.class);
    }
  }

  @Test
  void durationsAndLogOptionsAreRead() throws IOException {
    assertThat(GoDuration.parse("1h30m")).hasMinutes(90);
    assertThat(GoDuration.parse("1.5s")).hasMillis(1500);
    assertThatThrownBy(() -> GoDuration.parse("soon")).hasMessageContaining("write it like 1h30m");
    assertThat(Budget.parse("90")).hasValueSatisfying(d -> assertThat(d).hasSeconds(90));
    assertThat(LogOptions.parse(json("{'Type':'json-file','Config':{'max-size':'2k'}}")))
        .isEqualTo(new LogOptions(true, 2048, 3));
    assertThat(LogOptions.parse(json("{'Type':'none'}")).kept()).isFalse();
    assertThat(LogOptions.warnings(json("{'Config':{'compress':'true','max-size':'1m'}}")))
        .containsExactly("--log-opt compress is ignored");
    assertThatThrownBy(() -> LogOptions.parse(json("{'Type':'syslog'}")))
        .hasMessageContaining("no log driver named 'syslog'");
    assertThatThrownBy(() -> LogOptions.parse(json("{'Config':{'max-files':'2'}}")))
        .hasMessageContaining("unknown log opt 'max-files'");
  }

  private static ObjectNode json(String text) throws IOException {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
