package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.guest.proto.DiskStats;
import dev.kctl.guest.proto.NetworkStats;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesResult;
import dev.kctl.guest.proto.StatsResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GuestApiTest {
  private static final long NOW_NS = System.currentTimeMillis() * 1_000_000;

  @TempDir Path root;
  private TestServer server;
  private String container = "";

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
    container = server.create("{}", "sleep");
    server.guests.processes =
        ProcessesResult.newBuilder()
            .addProcesses(
                ProcessInfo.newBuilder()
                    .setPid(1)
                    .setUser("root")
                    .setState("S")
                    .setStartNs(NOW_NS)
                    .setCpuNs(62_000_000_000L)
                    .setResidentBytes(2048)
                    .setVirtualBytes(4096)
                    .setThreads(2)
                    .setName("sleep")
                    .setCommand("sleep \u001b[2J1000"))
            .addProcesses(ProcessInfo.newBuilder().setPid(9).setPpid(1).setUid(7).setName("kid"))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void topShowsWhatPsWouldWithItsControlCharactersEscaped() throws IOException {
    run();
    assertThat(server.get("/containers/" + container + "/top"))
        .contains(
            "\"Titles\":[\"UID\",\"PID\",\"PPID\",\"C\",\"STIME\",\"TTY\",\"TIME\",\"CMD\"]",
            "[\"root\",\"1\",\"0\",\"99\",",
            "\"?\",\"00:01:02\",\"sleep \\\\u001b[2J1000\"]",
            "[\"7\",\"9\",\"1\",",
            "\"[kid]\"]");
    assertThat(server.get("/containers/" + container + "/top?ps_args=aux"))
        .contains(
            "\"USER\",\"PID\",\"%CPU\",\"%MEM\",\"VSZ\",\"RSS\",\"TTY\",\"STAT\"",
            "\"4\",\"2\",\"?\",\"Sl\"", "\"1:02\"");
    assertThat(server.get("/containers/" + container + "/top?ps_args=-eo%20pid,comm"))
        .contains("{\"Titles\":[\"PID\",\"COMMAND\"],\"Processes\":[[\"1\",\"sleep\"]");
  }

  @Test
  void argumentsOfPsThatAreNotUnderstoodAreNamed() throws IOException {
    run();
    assertThat(server.get("/containers/" + container + "/top?ps_args=-C%20sleep"))
        .startsWith("HTTP/1.1 400")
        .contains("ps_args: \\\"-C\\\" is not understood");
    assertThat(server.get("/containers/" + container + "/top?ps_args=-o%20pid,wchan"))
        .startsWith("HTTP/1.1 400")
        .contains("unknown field \\\"wchan\\\"");
  }

  @Test
  void whatDoesNotRunHasNoProcessesAndZeros() throws IOException {
    assertThat(server.get("/containers/" + container + "/top"))
        .startsWith("HTTP/1.1 409")
        .contains("container " + container + " is not running");
    assertThat(server.get("/containers/" + container + "/stats?stream=0"))
        .startsWith("HTTP/1.1 200")
        .contains(
            "\"read\":\"0001-01-01T00:00:00Z\"",
            "\"pids_stats\":{}",
            "\"memory_stats\":{}",
            "\"io_service_bytes_recursive\":null",
            "\"cpu_usage\":{\"total_usage\":0")
        .doesNotContain("kctl\":", "networks");
  }

  @Test
  void statisticsAreDockersAndTellWhatTheHostPays() throws IOException {
    server.guests.stats =
        StatsResult.newBuilder()
            .setTimeNs(1_500_000_000L)
            .setCpuNs(7)
            .setGuestCpuNs(70)
            .setOnlineCpus(2)
            .setMemoryBytes(1000)
            .setMemoryLimitBytes(-1)
            .putMemory("inactive_file", 300)
            .putMemory("\u001b[31m", 1)
            .setPids(3)
            .addDisks(DiskStats.newBuilder().setMajor(254).setReadBytes(11).setWrittenBytes(12))
            .addNetworks(NetworkStats.newBuilder().setName("eth0").setReceivedBytes(5))
            .build();
    run();
    assertThat(server.get("/containers/" + container + "/stats?stream=0&one-shot=1"))
        .contains(
            "\"read\":\"1970-01-01T00:00:01.500Z\"",
            "\"preread\":\"0001-01-01T00:00:00Z\"",
            "\"total_usage\":7",
            "\"system_cpu_usage\":70,\"online_cpus\":2",
            "\"usage\":1000",
            "\"stats\":{\"inactive_file\":300}",
            "\"limit\":18446744073709551615",
            "\"pids_stats\":{\"current\":3,\"limit\":18446744073709551615}",
            "{\"major\":254,\"minor\":0,\"op\":\"read\",\"value\":11}",
            "\"networks\":{\"eth0\":{\"rx_bytes\":5",
            "\"kctl\":{\"vmm\":\"fake\"");
    assertThat(server.get("/containers/" + container + "/stats?stream=False"))
        .contains("\"preread\":\"1970-01-01T00:00:01.500Z\"");
  }

  @Test
  void aStreamOfStatisticsGoesOnUntilTheClientLeavesOrTheContainerIsGone() throws IOException {
    run();
    try (var client = server.connect()) {
      TestServer.send(
          client, "GET", "/containers/" + container + "/stats", "", "Connection: close\r\n");
      assertThat(TestServer.readHead(client)).contains("Transfer-Encoding: chunked");
      assertThat(TestServer.readUntil(client, "\"online_cpus\"")).contains("\"cpu_stats\"");
      server.ask("DELETE", "/containers/" + container + "?force=1", "");
      assertThat(TestServer.readAll(client)).endsWith("0\r\n\r\n");
    }
  }

  private void run() throws IOException {
    server.post("/containers/" + container + "/start", "");
  }
}
