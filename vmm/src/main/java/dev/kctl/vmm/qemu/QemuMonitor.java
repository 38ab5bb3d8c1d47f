package dev.kctl.vmm.qemu;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Listens on QEMU's control socket (QMP) for why the machine went down: QEMU's exit code is 0 for a
 * power-off and for a panic alike. And for failed writes, which hold it up.
 */
final class QemuMonitor {
  /** What a guest wanted when QEMU went down. */
  enum Reason {
    POWER_OFF,
    RESET,
    OTHER
  }

  private static final int LONGEST_MESSAGE = 64 * 1024;
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(5);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxDocumentLength(LONGEST_MESSAGE).build())
              .build());

  private final Path socket;
  private final QemuStalls stalls;
  private final CompletableFuture<Optional<Reason>> reason = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable SocketChannel connected;
  private volatile boolean answered;

  private QemuMonitor(Path socket, QemuStalls stalls) {
    this.socket = socket;
    this.stalls = stalls;
    thread = Thread.ofVirtual().name("qmp-" + socket).unstarted(this::run);
  }

  static QemuMonitor start(Path socket, QemuStalls stalls) {
    var monitor = new QemuMonitor(socket, stalls);
    monitor.thread.start();
    return monitor;
  }

  /** Whether QEMU ever came so far as to take a command. */
  boolean answered() {
    return answered;
  }

  /** Lets a machine go on that QEMU has stopped. */
  void resume() {
    var channel = connected;
    if (channel != null) {
      try {
        send(channel, "{\"execute\":\"cont\"}\n");
      } catch (IOException _) {
        // It has ended, which is told elsewhere.
      }
    }
  }

  /** To be asked after QEMU has ended: what it said last may still be on its way. */
  Optional<Reason> reason() {
    if (connected == null) {
      thread.interrupt();
      return Optional.empty();
    }
    try {
      return reason.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new AssertionError("completed with values only", e);
    } finally {
      thread.interrupt();
    }
  }

  private void run() {
    Optional<Reason> result = Optional.empty();
    try (var channel = connect()) {
      connected = channel;
      send(channel, "{\"execute\":\"qmp_capabilities\"}\n" + QemuStalls.QUERY);
      result = readReason(Channels.newReader(channel, StandardCharsets.UTF_8));
    } catch (IOException _) {
      // QEMU ended or was killed before it could say anything.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      reason.complete(result);
    }
  }

  private SocketChannel connect() throws IOException, InterruptedException {
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException _) {
        // QEMU has not come so far yet; an end of it interrupts this thread.
        Thread.sleep(RETRY_INTERVAL);
      }
    }
  }

  private static void send(SocketChannel channel, String message) throws IOException {
    var data = ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8));
    while (data.hasRemaining()) {
      channel.write(data);
    }
  }

  private Optional<Reason> readReason(Reader reader) throws IOException {
    Optional<Reason> reason = Optional.empty();
    var lines = new BufferedReader(reader);
    for (var line = line(lines); !line.isEmpty(); line = line(lines)) {
      var event = JSON.readTree(line);
      // The greeting comes from a thread of its own, before the machine is whole.
      answered |= !event.has("QMP");
      stalls.accept(event);
      if (event.path("event").asText().equals("SHUTDOWN")) {
        reason = Optional.of(reason(event));
      }
    }
    return reason;
  }

  private static Reason reason(JsonNode event) {
    return switch (event.path("data").path("reason").asText()) {
      case "guest-shutdown" -> Reason.POWER_OFF;
      case "guest-reset", "guest-panic" -> Reason.RESET;
      default -> Reason.OTHER;
    };
  }

  /** One line without its end; empty at the end of the stream. */
  private static String line(Reader reader) throws IOException {
    var line = new StringBuilder();
    for (var c = reader.read(); c >= 0 && c != '\n'; c = reader.read()) {
      line.append((char) c);
      if (line.length() > LONGEST_MESSAGE) {
        throw new IOException("QEMU's message is longer than " + LONGEST_MESSAGE);
      }
    }
    return line.toString();
  }
}
