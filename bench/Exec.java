import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentTransport;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.Process;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Times `true` by the agent itself and by the engine's API, in interleaved rounds. */
final class Exec {
  private static final int WARM_UP = 5;

  private Exec() {}

  public static void main(String[] arguments) throws Exception {
    var container = arguments[0];
    var api = UnixDomainSocketAddress.of(Path.of(arguments[1], "docker.sock"));
    var machine = Path.of(arguments[1], "v", container.substring(0, 12), "vsock");
    var secret = Path.of(arguments[2], "containers", container, "vm", "token");
    var rounds = Integer.parseInt(arguments[3]);
    var token = Token.parse(Files.readString(secret).strip());
    var raw = new ArrayList<Double>();
    var engine = new ArrayList<Double>();
    try (var transport = new AgentTransport();
        var agent = transport.connect(machine, 1025, token, Duration.ofSeconds(10))) {
      for (var round = -WARM_UP; round < rounds; round++) {
        var isEven = round % 2 == 0;
        var first = isEven ? agent(agent) : engine(api, container);
        var second = isEven ? engine(api, container) : agent(agent);
        if (round >= 0) {
          raw.add(isEven ? first : second);
          engine.add(isEven ? second : first);
        }
      }
    }
    print("agent's Exec", raw);
    print("engine's API", engine);
    var above = new ArrayList<Double>();
    for (var i = 0; i < raw.size(); i++) {
      above.add(engine.get(i) - raw.get(i));
    }
    print("above, by round", above);
  }

  private static double agent(AgentChannel agent) {
    var start = System.nanoTime();
    var process =
        Process.newBuilder()
            .addArgs("true")
            .addEnv("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .build();
    try (var exec = agent.exec(process)) {
      for (var event = exec.next(); event.isPresent(); event = exec.next()) {
        if (event.get().hasExited() && event.get().getExited().getCode() != 0) {
          throw new IllegalStateException("true failed: " + event.get());
        }
      }
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static double engine(UnixDomainSocketAddress api, String container) throws IOException {
    var start = System.nanoTime();
    var body = "{\"Cmd\":[\"true\"],\"AttachStdout\":true,\"AttachStderr\":true}";
    var made = ask(api, "POST", "/containers/" + container + "/exec", body);
    var at = made.indexOf("\"Id\":\"") + 6;
    var id = made.substring(at, at + 64);
    var _ = ask(api, "POST", "/exec/" + id + "/start", "{}");
    if (!ask(api, "GET", "/exec/" + id + "/json", "").contains("\"ExitCode\":0")) {
      throw new IllegalStateException("true failed");
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static String ask(UnixDomainSocketAddress api, String method, String path, String body)
      throws IOException {
    try (var socket = SocketChannel.open(api)) {
      var request =
          method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + body.length() + "\r\n\r\n" + body;
      socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      var answer = new StringBuilder();
      var buffer = ByteBuffer.allocate(16 * 1024);
      while (socket.read(buffer) >= 0) {
        answer.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
      return answer.toString();
    }
  }

  private static void print(String label, List<Double> values) {
    var sorted = values.stream().sorted().toList();
    System.out.printf(
        "%-16s median %7.1f ms, quartiles %.1f to %.1f, %d rounds%n",
        label, at(sorted, 0.5), at(sorted, 0.25), at(sorted, 0.75), sorted.size());
  }

  private static double at(List<Double> sorted, double part) {
    return sorted.get((int) Math.round(part * (sorted.size() - 1)));
  }
}
