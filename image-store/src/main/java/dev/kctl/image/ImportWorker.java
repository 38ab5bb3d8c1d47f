package dev.kctl.image;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * The process that fetches and converts one image, or flattens one's lower layers: unprivileged and
 * short-lived, so that neither a hostile layer nor the memory of converting one touches the engine.
 */
public final class ImportWorker {
  private static final int FAILED = 1;
  private static final int ABANDONED = 2;
  private static final int USAGE = 64;

  private final LineChannel store;
  private volatile boolean finished;

  private ImportWorker(LineChannel store) {
    this.store = store;
  }

  /** Takes {@code --socket PATH}; the rest comes over the socket, credentials among it. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[0].equals("--socket")) {
      System.err.println("usage: kctl-import --socket PATH (started by kctl itself)");
      System.exit(USAGE);
    }
    var address = UnixDomainSocketAddress.of(Path.of(arguments[1]));
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      var worker = new ImportWorker(new LineChannel(channel));
      // Jib's HTTP client may leave threads: the end of the work is the end of the process.
      System.exit(worker.run());
    }
  }

  private int run() throws IOException {
    var line = store.readLine();
    if (line == null) {
      return ABANDONED;
    }
    Thread.ofPlatform().daemon().name("store-watch").start(this::haltWithoutStore);
    var outcome = work(WorkerRequest.parse(line));
    finished = true;
    store.writeLine(outcome.toLine());
    return outcome instanceof ImportMessage.Failed ? FAILED : 0;
  }

  private ImportMessage work(WorkerRequest request) {
    try {
      return switch (request) {
        case ImportRequest image -> fetch(image);
        case FlattenRequest layers -> layers.run();
      };
    } catch (ImageException e) {
      return new ImportMessage.Failed(e);
    } catch (OutOfMemoryError _) {
      return new ImportMessage.Failed(
          new LayerTooBig("a layer needs more memory than an import may have"));
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return new ImportMessage.Failed(WorkerFailed.of(e.toString(), e));
    }
  }

  private ImportMessage fetch(ImportRequest request) {
    var address = RegistryAddress.of(request.ref().registry(), request.insecureRegistries());
    if (!address.insecure() || request.trust().isOwn()) {
      SSLContext.setDefault(RegistryTls.of(request.trust()));
    }
    try (var transport = JibTransport.open(request)) {
      return new ImageImport(request, transport, this::tell).run();
    }
  }

  private void tell(PullProgress step) {
    try {
      store.writeLine(new ImportMessage.Step(step).toLine());
    } catch (IOException e) {
      Runtime.getRuntime().halt(ABANDONED);
    }
  }

  /** The store closes its end when it gives up or dies: what was fetched is then nobody's. */
  private void haltWithoutStore() {
    try {
      while (store.readLine() != null) {
        // The store says nothing more; only the end counts.
      }
    } catch (IOException _) {
      // As good as an end.
    }
    if (!finished) {
      Runtime.getRuntime().halt(ABANDONED);
    }
  }
}
