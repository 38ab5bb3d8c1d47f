package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What the engine tells of itself and of the machine. */
final class SystemApi {
  private final ServerIdentity identity;
  private final Path root;
  private final Containers containers;
  private final Images images;
  private final HostFacts host;
  private final Events events;
  private final Runnable shutdown;

  SystemApi(
      ServerIdentity identity,
      Path root,
      Containers containers,
      Images images,
      HostFacts host,
      Events events,
      Runnable shutdown) {
    this.identity = identity;
    this.root = root;
    this.containers = containers;
    this.images = images;
    this.host = host;
    this.events = events;
    this.shutdown = shutdown;
  }

  void ping(HttpExchange exchange, List<String> path) throws IOException {
    exchange.raw(200, "text/plain; charset=utf-8", "OK".getBytes(StandardCharsets.US_ASCII));
  }

  void version(HttpExchange exchange, List<String> path) throws IOException {
    var json = Json.object();
    json.putObject("Platform").put("Name", "kctl");
    var engine = Json.object();
    engine.put("Name", "Engine").put("Version", identity.version());
    var details = engine.putObject("Details");
    details.put("ApiVersion", ServerIdentity.API_VERSION);
    details.put("MinAPIVersion", "1." + ServerIdentity.MIN_API_MINOR);
    details.put("Os", "linux").put("Arch", "amd64");
    details.put("GitCommit", identity.build()).put("BuildTime", "").put("GoVersion", "");
    details.put("KernelVersion", host.kernel()).put("Experimental", "false");
    json.putArray("Components").add(engine);
    json.put("Version", identity.version());
    json.put("ApiVersion", ServerIdentity.API_VERSION);
    json.put("MinAPIVersion", "1." + ServerIdentity.MIN_API_MINOR);
    json.put("GitCommit", identity.build());
    json.put("GoVersion", "");
    json.put("Os", "linux");
    json.put("Arch", "amd64");
    json.put("KernelVersion", host.kernel());
    json.put("BuildTime", "");
    exchange.json(200, json);
  }

  void info(HttpExchange exchange, List<String> path) throws IOException {
    var all = containers.list();
    var running = count(all, "running") + count(all, "restarting");
    var paused = count(all, "paused");
    var json = Json.object();
    json.put("ID", host.machineId());
    json.put("Containers", all.size());
    json.put("ContainersRunning", running);
    json.put("ContainersPaused", paused);
    json.put("ContainersStopped", all.size() - running - paused);
    json.put("Images", images.list().size());
    json.put("Driver", "erofs");
    json.putArray("DriverStatus");
    var plugins = json.putObject("Plugins");
    plugins.putArray("Volume");
    plugins.putArray("Network").add("none");
    plugins.putNull("Authorization");
    plugins.putArray("Log").add("json-file").add("none");
    limits(json);
    json.put("NEventsListener", events.listeners());
    json.put("NFd", 0).put("NGoroutines", Thread.activeCount());
    json.put("SystemTime", Instant.now().toString());
    json.put("KernelVersion", host.kernel());
    json.put("OperatingSystem", host.operatingSystem());
    json.put("OSVersion", "");
    json.put("OSType", "linux");
    json.put("Architecture", "x86_64");
    json.put("IndexServerAddress", "https://index.docker.io/v1/");
    registries(json);
    json.put("NCPU", host.cpus());
    json.put("MemTotal", host.memoryBytes());
    json.putNull("GenericResources");
    json.put("DockerRootDir", root.toString());
    json.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
    json.put("Name", host.hostname());
    json.putArray("Labels");
    json.put("ExperimentalBuild", false);
    json.put("ServerVersion", identity.version());
    json.putObject("Runtimes").putObject(host.vmm()).put("path", host.vmmPath());
    json.put("DefaultRuntime", host.vmm());
    json.putObject("Swarm").put("NodeID", "").put("LocalNodeState", "inactive");
    json.put("LiveRestoreEnabled", true);
    json.put("Isolation", "");
    json.put("InitBinary", "");
    json.putArray("SecurityOptions").add("name=seccomp,profile=builtin");
    json.set("Warnings", Json.strings(host.warnings()));
    exchange.json(200, json);
  }

  private static int count(Collection<Container> all, String status) {
    return (int) all.stream().filter(c -> c.state().status().equals(status)).count();
  }

  /** A newer client asks this engine to make room for its own; machines run on. */
  void shutdown(HttpExchange exchange, List<String> path) throws IOException {
    exchange.empty(204);
    shutdown.run();
  }

  private static void limits(ObjectNode json) {
    for (var supported :
        List.of("MemoryLimit", "PidsLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet")) {
      json.put(supported, true);
    }
    for (var not : List.of("SwapLimit", "OomKillDisable", "Debug")) {
      json.put(not, false);
    }
    json.put("IPv4Forwarding", true);
    json.put("BridgeNfIptables", false).put("BridgeNfIp6tables", false);
    json.put("CgroupDriver", "none");
    json.put("CgroupVersion", "2");
    json.put("LoggingDriver", "json-file");
  }

  private static void registries(ObjectNode json) {
    var registries = json.putObject("RegistryConfig");
    registries.putArray("InsecureRegistryCIDRs").add("127.0.0.0/8").add("::1/128");
    registries.putObject("IndexConfigs");
    registries.putArray("Mirrors");
  }
}
