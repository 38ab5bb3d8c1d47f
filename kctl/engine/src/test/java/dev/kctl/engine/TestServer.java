package dev.kctl.engine;

import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.FakeHostSide;
import dev.kctl.engine.network.NetworkStore;
import dev.kctl.image.CertificateFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The whole API on a real socket, over machines without a VMM; and a client that sends text. */
final class TestServer implements AutoCloseable {
  final FakeGuests guests;
  final FakeImages images = new FakeImages();
  final Activity activity = new Activity(InstantSource.system());
  final ContainerNetworks networks;
  final Containers containers;
  final Events events;
  final Path root;
  private final Path socket;
  final ApiServer server;
  final HostClock clock = new Clock();
  final List<Boolean> kept = new CopyOnWriteArrayList<>();
  volatile long room = Long.MAX_VALUE;
  volatile Duration jump = Duration.ZERO;
  private volatile boolean dead;

  TestServer(Path root) throws IOException {
    this(root, new FakeGuests(), "boot");
  }

  /** The next engine over the same root, with the machines that live on. */
  TestServer(Path root, FakeGuests guests, String boot) throws IOException {
    this.root = root;
    this.guests = guests;
    this.socket = root.resolve("s");
    Files.createDirectories(root.resolve("images"));
    var indexes = new Indexes(root, boot, "build");
    events = new Events(new EventFile(root), clock);
    var hostSide = new FakeHostSide();
    networks = new ContainerNetworks(NetworkStore.open(root, "machine", boot, hostSide), hostSide);
    containers =
        new Containers(
            root,
            new Containers.Tools(
                images,
                guests,
                activity,
                clock,
                new HostRoom(this::room, HostRoom.LOW_WATER),
                new Boot(root, boot, kept::add),
                indexes,
                events,
                networks));
    containers.read();
    networks.adopt(containers.survivors());
    containers.recover();
    var identity = new ServerIdentity("1", "build");
    var host = HostFacts.read("fake", "/fake");
    var router =
        ApiRoutes.router(
            new SystemApi(identity, root, containers, images, host, events, () -> {}),
            new ImagesApi(
                images,
                containers,
                indexes,
                activity,
                new RegistryAccess(Set.of(), new CertificateFolders(List.of())),
                events),
            new ContainersApi(containers, clock),
            new NetworksApi(networks, containers, events, clock),
            new LifeApi(containers),
            new EventsApi(events, clock),
            new PruneApi(containers, images, indexes, events, clock),
            new StreamsApi(containers));
    var _ =
        ApiRoutes.withGuests(
            router,
            new ExecApi(containers, InstantSource.system()),
            new GuestApi(containers, InstantSource.system()),
            new FilesApi(containers));
    server = ApiServer.start(socket, router, identity, activity);
  }

  SocketChannel connect() throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  /** One request on a connection of its own: the whole answer, head and body. */
  String ask(String method, String path, String body) throws IOException {
    try (var channel = connect()) {
      send(channel, method, path, body, "Connection: close\r\n");
      return readAll(channel);
    }
  }

  String get(String path) throws IOException {
    return ask("GET", path, "");
  }

  String post(String path, String body) throws IOException {
    return ask("POST", path, body);
  }

  /** Creates a container and returns its id. */
  String create(String hostConfig, String... command) throws IOException {
    var body = Json.object();
    body.put("Image", "demo").put("OpenStdin", true).put("StdinOnce", true);
    body.set("Cmd", Json.strings(List.of(command)));
    var text = new String(Json.bytes(body), StandardCharsets.UTF_8);
    var request = text.substring(0, text.length() - 1) + ",\"HostConfig\":" + hostConfig + "}";
    var answer = post("/v1.50/containers/create", request);
    var start = answer.indexOf("\"Id\":\"") + 6;
    return answer.substring(start, start + 64);
  }

  static void send(SocketChannel channel, String method, String path, String body, String headers)
      throws IOException {
    write(
        channel,
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: x\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  static void write(SocketChannel channel, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** As a death by signal: nobody is told anything, machines live on. */
  void die() throws IOException {
    dead = true;
    guests.loseEngine();
    server.close();
    networks.close();
  }

  private long room() {
    endIfDead();
    return room;
  }

  /** A dead engine does nothing more: what goes on in it ends here. */
  private void endIfDead() {
    if (dead) {
      new CompletableFuture<Void>().join();
    }
  }

  private final class Clock implements HostClock {
    private final HostClock real = HostClock.system();

    @Override
    public Instant instant() {
      endIfDead();
      return real.instant().plus(jump);
    }

    @Override
    public Duration uptime() {
      endIfDead();
      return real.uptime();
    }
  }

  static String readAll(SocketChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(64 * 1024);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Reads to the end of an answer's head. */
  static String readHead(SocketChannel channel) throws IOException {
    return readUntil(channel, "\r\n\r\n");
  }

  /** Reads to the end of a text, or to the end of all. */
  static String readUntil(SocketChannel channel, String end) throws IOException {
    var read = new StringBuilder();
    var one = ByteBuffer.allocate(1);
    while (read.indexOf(end) < 0 && channel.read(one) > 0) {
      read.append((char) one.get(0));
      one.clear();
    }
    return read.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    networks.close();
    var deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (running() != guests.alive.get() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private long running() {
    return containers.list().stream()
        .filter(c -> c.state() instanceof ContainerState.Running)
        .count();
  }
}
