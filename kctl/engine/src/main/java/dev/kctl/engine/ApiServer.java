package dev.kctl.engine;

import dev.kctl.engine.network.NetworkRefusal;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves the API on a Unix socket: one virtual thread for each connection. */
final class ApiServer implements AutoCloseable {
  private static final String GROUP = "kctl";

  private final Path socket;
  private final Router router;
  private final ServerIdentity identity;
  private final Activity activity;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final ServerSocketChannel listener;
  private final Selector selector;

  private ApiServer(
      Path socket,
      Router router,
      ServerIdentity identity,
      Activity activity,
      ServerSocketChannel listener)
      throws IOException {
    this.socket = socket;
    this.router = router;
    this.identity = identity;
    this.activity = activity;
    this.listener = listener;
    this.selector = Selector.open();
    // Never a blocking accept: while a thread is in one, the channel's mode cannot be changed.
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  static ApiServer start(Path socket, Router router, ServerIdentity identity, Activity activity)
      throws IOException {
    var server = new ApiServer(socket, router, identity, activity, bind(socket));
    Thread.ofPlatform().name("api-accept").daemon(true).start(server::acceptAll);
    return server;
  }

  /**
   * Stops taking connections, unless somebody has connected meanwhile.
   *
   * <p>The path goes first, so nobody new can come; whoever came before is found by a last accept.
   * Only then is it certain that leaving fails no client.
   *
   * @return false where a client is there: it is being served, and the path is back
   */
  boolean closeIfUnused() throws IOException {
    var hidden = hidden(socket);
    Files.move(socket, hidden, StandardCopyOption.ATOMIC_MOVE);
    acceptWaiting();
    if (connections.isEmpty()) {
      listener.close();
      selector.close();
      Files.deleteIfExists(hidden);
      return true;
    }
    Files.move(hidden, socket, StandardCopyOption.ATOMIC_MOVE);
    return false;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    listener.close();
    selector.close();
    for (var connection : connections) {
      connection.close();
    }
  }

  /** Binds beside the path and renames over it: a stale socket is replaced without a gap. */
  private static ServerSocketChannel bind(Path socket) throws IOException {
    var fresh = hidden(socket);
    Files.deleteIfExists(fresh);
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(fresh), 512);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    shareWithGroup(fresh);
    Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return listener;
  }

  private static void shareWithGroup(Path socket) throws IOException {
    if (!Files.getOwner(socket).getName().equals("root")) {
      return;
    }
    try {
      var group =
          socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
      Files.getFileAttributeView(socket, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setGroup(group);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    } catch (UserPrincipalNotFoundException | NoSuchFileException e) {
      // No such group on this machine: the socket stays its owner's alone.
    }
  }

  private static Path hidden(Path socket) {
    return socket.resolveSibling(socket.getFileName() + "~");
  }

  private void acceptAll() {
    try {
      while (selector.isOpen()) {
        selector.select();
        selector.selectedKeys().clear();
        acceptWaiting();
      }
    } catch (ClosedChannelException | ClosedSelectorException e) {
      // Leaving.
    } catch (IOException e) {
      System.err.println("engine: cannot accept connections: " + e.getMessage());
    }
  }

  private synchronized void acceptWaiting() throws IOException {
    for (var c = listener.accept(); c != null; c = listener.accept()) {
      serve(c);
    }
  }

  private void serve(SocketChannel connection) {
    connections.add(connection);
    var use = activity.begin();
    Thread.ofVirtual()
        .name("api")
        .start(
            () -> {
              try (use;
                  connection) {
                converse(connection);
              } catch (IOException e) {
                // The client went away: nobody is left to be told.
              } finally {
                connections.remove(connection);
              }
            });
  }

  private void converse(SocketChannel connection) throws IOException {
    var input = new HttpInput(connection);
    while (true) {
      HttpExchange exchange;
      try {
        var head = input.head();
        if (head.isEmpty()) {
          return;
        }
        exchange = new HttpExchange(head.get(), input, connection, identity);
      } catch (EngineException e) {
        HttpExchange.refuse(connection, identity, e);
        return;
      }
      handle(exchange);
      if (!exchange.finish()) {
        return;
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      router.handle(exchange);
    } catch (EngineException e) {
      fail(exchange, e.status(), e);
    } catch (NetworkRefusal e) {
      fail(exchange, e.status(), e);
    } catch (InterruptedException e) {
      fail(exchange, 503, e);
    } catch (RuntimeException e) {
      // A bug: its stack belongs into the engine's log, its message to the client.
      e.printStackTrace();
      fail(exchange, 500, e);
    }
  }

  private static void fail(HttpExchange exchange, int status, Exception failure)
      throws IOException {
    if (exchange.answered()) {
      return;
    }
    if (status == 304) {
      exchange.empty(status);
    } else {
      var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      exchange.json(status, Json.object().put("message", message));
    }
  }
}
