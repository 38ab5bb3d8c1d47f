package dev.kctl.image;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** The store's side of one import worker: starts it, asks, listens, and sees it gone. */
final class ImportSession {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(30);
  private static final long LIVENESS_MILLIS = 50;

  private final ImportWorkers workers;

  ImportSession(ImportWorkers workers) {
    this.workers = workers;
  }

  /**
   * Returns when the worker has succeeded and is gone.
   *
   * @throws ImageException what the worker said, or {@link WorkerFailed}
   */
  ImportMessage.Outcome run(String id, WorkerRequest request, ProgressListener listener) {
    var socket = workers.socketDirectory().resolve("i-" + id + ".sock");
    try (var server = listen(socket)) {
      var worker = workers.start(new ImportWorkers.Launch(id, socket, request.directory()));
      try (var channel = accept(server, worker)) {
        Files.deleteIfExists(socket);
        var outcome = converse(new LineChannel(channel), request, listener, worker);
        awaitEnd(channel);
        return outcome;
      } finally {
        closeUninterrupted(worker);
      }
    } catch (ClosedByInterruptException e) {
      throw PullCancelled.of(request.ref());
    } catch (IOException e) {
      throw WorkerFailed.of("its socket " + socket + " broke: " + e.getMessage(), e);
    } finally {
      delete(socket);
    }
  }

  private ServerSocketChannel listen(Path socket) throws IOException {
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      server.configureBlocking(false);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      if (workers.owner().isPresent()) {
        var owner = workers.owner().get();
        Files.setAttribute(socket, "unix:gid", owner.gid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(socket, "unix:uid", owner.uid(), LinkOption.NOFOLLOW_LINKS);
      }
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static SocketChannel accept(ServerSocketChannel server, ImportWorkers.Running worker)
      throws IOException {
    var deadline = System.nanoTime() + CONNECT_TIMEOUT.toNanos();
    try (var selector = Selector.open()) {
      server.register(selector, SelectionKey.OP_ACCEPT);
      while (true) {
        var channel = server.accept();
        if (channel != null) {
          return channel;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new ClosedByInterruptException();
        }
        if (!worker.alive()) {
          throw WorkerFailed.of("it ended at its start: " + worker.lastWords(), null);
        }
        if (System.nanoTime() - deadline > 0) {
          throw WorkerFailed.of(
              "it did not connect within " + CONNECT_TIMEOUT.toSeconds() + " s", null);
        }
        selector.select(LIVENESS_MILLIS);
      }
    }
  }

  private static ImportMessage.Outcome converse(
      LineChannel channel,
      WorkerRequest request,
      ProgressListener listener,
      ImportWorkers.Running worker)
      throws IOException {
    channel.writeLine(request.toLine());
    while (true) {
      var line = channel.readLine();
      if (line == null) {
        throw WorkerFailed.of("it died: " + worker.lastWords(), null);
      }
      switch (ImportMessage.parse(line)) {
        case ImportMessage.Step(var step) -> listener.on(step);
        case ImportMessage.Failed(var why) -> throw why;
        case ImportMessage.Outcome outcome -> {
          return outcome;
        }
      }
    }
  }

  /** Lets the worker end by itself: one that records an AOT cache writes it only then. */
  private static void awaitEnd(SocketChannel channel) throws IOException {
    var deadline = System.nanoTime() + END_TIMEOUT.toNanos();
    channel.configureBlocking(false);
    try (var selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      var ignored = ByteBuffer.allocate(512);
      while (channel.read(ignored.clear()) >= 0 && System.nanoTime() - deadline < 0) {
        selector.selectedKeys().clear();
        selector.select(LIVENESS_MILLIS);
      }
    }
  }

  /** Killing a process may take a channel, and an interrupted thread cannot use one. */
  private static void closeUninterrupted(ImportWorkers.Running worker) {
    var interrupted = Thread.interrupted();
    try {
      worker.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void delete(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException _) {
      // Its directory is gone with the engine's runtime directory.
    }
  }
}
