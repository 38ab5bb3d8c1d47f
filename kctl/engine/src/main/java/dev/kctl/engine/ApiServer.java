package dev.kctl.engine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
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
  private volatile ServerSocketChannel listener;

  private ApiServer(
      Path socket, Router router, ServerIdentity identity, Activity activity, Listener listener) {
    this.socket = socket;
    this.router = router;
    this.identity = identity;
    this.activity = activity;
    this.listener = listener.channel;
  }

  private record Listener(ServerSocketChannel channel) {}

  static ApiServer start(Path socket, Router router, ServerIdentity identity, Activity activity)
      throws IOException {
    var server = new ApiServer(socket, router, identity, activity, new Listener(bind(socket)));
    Thread.ofPlatform().name("api-accept").daemon(true).start(server::acceptAll);
    return server;
  }

  /**
   * Stops taking connections, unless somebody has connected meanwhile.
   *
   * <p>The path goes first, so nobody new can come; whoever came before is found by a last accept
   * that does not wait. Only then is it certain that leaving fails no client.
   *
   * @return false where a client is there: it is being served, and the path is back
   */
  boolean closeIfUnused() throws IOException {
    Files.deleteIfExists(socket);
    var old = listener;
    old.configureBlocking(false);
    var late = old.accept();
    if (late == null && connections.isEmpty()) {
      old.close();
      return true;
    }
    listener = bind(socket);
    Thread.ofPlatform().name("api-accept").daemon(true).start(this::acceptAll);
    while (late != null) {
      serve(late);
      late = old.accept();
    }
    old.close();
    return false;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    listener.close();
    for (var connection : connections) {
      connection.close();
    }
  }

  /** Binds beside the path and renames over it: a stale socket is replaced without a gap. */
  private static ServerSocketChannel bind(Path socket) throws IOException {
    var fresh = socket.resolveSibling(socket.getFileName() + "~");
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

  private void acceptAll() {
    var mine = listener;
    try {
      while (true) {
        var connection = mine.accept();
        if (connection == null) {
          return;
        }
        serve(connection);
      }
    } catch (ClosedChannelException e) {
      // Leaving.
    } catch (IOException e) {
      if (mine.isOpen()) {
        System.err.println("engine: cannot accept connections: " + e.getMessage());
      }
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
