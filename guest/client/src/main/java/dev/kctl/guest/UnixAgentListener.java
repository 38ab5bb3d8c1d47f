package dev.kctl.guest;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@link AgentListener} on a Unix socket, where a hybrid vsock delivers the guest's calls. */
final class UnixAgentListener implements AgentListener {
  /** Callers that have not proved themselves yet; the oldest gives way to a further one. */
  private static final int MOST_CALLERS = 8;

  /** Long, for an emulated guest on a busy host: whoever is silent holds up nobody. */
  private static final Duration LONGEST_PROOF = Duration.ofSeconds(10);

  private final Path path;
  private final Token token;
  private final Function<SocketChannel, AgentChannel> connected;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final List<Caller> callers = new ArrayList<>();

  private UnixAgentListener(
      Path path,
      Token token,
      Function<SocketChannel, AgentChannel> connected,
      ServerSocketChannel server,
      Selector selector) {
    this.path = path;
    this.token = token;
    this.connected = connected;
    this.server = server;
    this.selector = selector;
  }

  static UnixAgentListener bind(
      Path path, Token token, Function<SocketChannel, AgentChannel> connected) {
    try {
      var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        server.bind(UnixDomainSocketAddress.of(path), MOST_CALLERS);
        // The directory keeps everybody out but the machine's user, who must be able to connect.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        server.configureBlocking(false);
        var selector = Selector.open();
        server.register(selector, SelectionKey.OP_ACCEPT);
        return new UnixAgentListener(path, token, connected, server, selector);
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ListenFailed("agent socket %s: %s".formatted(path, e), e);
    }
  }

  @Override
  public AgentChannel accept(Duration timeout) {
    var deadline = Deadline.after(timeout);
    try {
      var user = Files.getOwner(path.toAbsolutePath().getParent(), LinkOption.NOFOLLOW_LINKS);
      while (!deadline.passed()) {
        var agent = turn(deadline, new Caller.Check(user, token));
        if (agent.isPresent()) {
          return connected.apply(agent.get());
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new AgentGone("agent socket %s: interrupted".formatted(path));
        }
      }
      throw new AgentTimeout(
          "no agent called at %s within %d ms".formatted(path, timeout.toMillis()));
    } catch (ClosedSelectorException | ClosedChannelException e) {
      throw new AgentGone("agent socket %s was closed".formatted(path), e);
    } catch (IOException e) {
      throw new ListenFailed("agent socket %s: %s".formatted(path, e), e);
    } finally {
      close();
    }
  }

  /** One turn of waiting: whoever is the agent by its end, ready for use. */
  private Optional<SocketChannel> turn(Deadline deadline, Caller.Check check) throws IOException {
    var wait = callers.stream().mapToLong(c -> c.deadline().millisLeft()).min();
    selector.select(Math.min(deadline.millisLeft(), wait.orElse(Long.MAX_VALUE)));
    selector.selectedKeys().clear();
    for (var socket = server.accept(); socket != null; socket = server.accept()) {
      admit(socket, check);
    }
    Optional<SocketChannel> agent = Optional.empty();
    for (var caller : List.copyOf(callers)) {
      switch (agent.isPresent() ? Caller.Verdict.REFUSED : caller.listen(check)) {
        case ACCEPTED -> {
          callers.remove(caller);
          agent = Optional.of(caller.socket());
        }
        case REFUSED -> refuse(caller);
        case UNDECIDED -> {}
      }
    }
    return agent;
  }

  private void admit(SocketChannel socket, Caller.Check check) throws IOException {
    var caller = new Caller(socket, Deadline.after(LONGEST_PROOF));
    if (!check.isUser(socket)) {
      socket.close();
      return;
    }
    if (callers.size() == MOST_CALLERS) {
      refuse(callers.getFirst());
    }
    socket.configureBlocking(false);
    socket.register(selector, SelectionKey.OP_READ);
    callers.add(caller);
  }

  private void refuse(Caller caller) throws IOException {
    callers.remove(caller);
    caller.socket().close();
  }

  @Override
  public void close() {
    try {
      server.close();
      selector.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new ListenFailed("agent socket %s: %s".formatted(path, e), e);
    }
  }
}
