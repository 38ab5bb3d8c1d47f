package dev.kctl.engine;

import dev.kctl.linux.Keeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The engine's process: started by the keeper, which starts it anew where it dies. */
public final class EngineMain {
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(10);
  private static final String VERSION = "0.1.0";

  /** Tells the keeper to start the next engine, for machines run on. */
  private static final int RESTART = 75;

  private static final int USAGE = 2;

  private EngineMain() {}

  /** Serves until nobody needs it. */
  public static void main(String[] arguments) {
    try {
      Runtime.getRuntime().halt(run(EngineOptions.parse(List.of(arguments))));
    } catch (IllegalArgumentException e) {
      System.err.println("kctl-engine: " + e.getMessage());
      Runtime.getRuntime().halt(USAGE);
    } catch (IOException | RuntimeException e) {
      System.err.println("kctl-engine: " + e.getMessage());
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  private static int run(EngineOptions options) throws IOException, InterruptedException {
    var installation = options.installation();
    Engine.makeDirectory(installation.root(), "rwx--x--x");
    var lock = EngineLock.take(installation.runtime().resolve("engine.lock"), LONGEST_FAREWELL);
    if (lock.isEmpty()) {
      return 0;
    }
    var keeper = Keeper.connect(installation.keeperSocket());
    Thread.ofPlatform().name("keeper").daemon(true).start(() -> followKeeper(keeper));
    var identity = new ServerIdentity(VERSION, buildId());
    var engine = Engine.start(options, keeper, identity);
    // SIGTERM: the socket goes, the machines run on.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(engine), "farewell"));
    var unused = CompletableFuture.runAsync(() -> awaitUnused(engine), Thread::startVirtualThread);
    CompletableFuture.anyOf(unused, engine.handOver()).join();
    if (!unused.isDone()) {
      leave(engine);
      return keeper.list().isEmpty() ? 0 : RESTART;
    }
    keeper.announceLeaving();
    return 0;
  }

  private static void awaitUnused(Engine engine) {
    try {
      engine.awaitUnused();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without its keeper an engine can start nothing: the next client starts both anew. */
  private static void followKeeper(Keeper keeper) {
    keeper.awaitLoss();
    System.err.println("engine: the keeper is gone");
    Runtime.getRuntime().halt(1);
  }

  private static void leave(Engine engine) {
    try {
      engine.leave();
    } catch (IOException e) {
      System.err.println("engine: leaving: " + e.getMessage());
    }
  }

  /** Packaging writes it; without packaging this is a developer's build. */
  private static String buildId() throws IOException {
    try (InputStream id = EngineMain.class.getResourceAsStream("/kctl-build")) {
      return id == null ? "dev" : new String(id.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
