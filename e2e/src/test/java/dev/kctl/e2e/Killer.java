package dev.kctl.e2e;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Kills processes of an engine, chosen by chance, and remembers each before it does. */
final class Killer {
  private static final int ALL_WEIGHTS = 100;

  private final Kctl kctl;
  private final Random random;
  private final Set<Started> clients = ConcurrentHashMap.newKeySet();
  private final List<Kill> kills = new CopyOnWriteArrayList<>();

  /** What is killed, and how often of a hundred times. */
  enum Kind {
    ENGINE("EngineMain", 36),
    MACHINE("qemu-system", 24),
    VSOCK_DAEMON("vhost-device-vsock", 16),
    CLIENT("", 22),
    KEEPER("kctl-keeper", 2);

    private final String word;
    private final int weight;

    Kind(String word, int weight) {
      this.word = word;
      this.weight = weight;
    }
  }

  /** One kill; {@code until} is when it was certainly done, and not before. */
  record Kill(Kind kind, long pid, String commandLine, Instant until) {
    private boolean isSince(Instant since) {
      return !until.isBefore(since);
    }
  }

  Killer(Kctl kctl, Random random) {
    this.kctl = kctl;
    this.random = random;
  }

  /** A client that may be killed until it is closed. */
  Started register(Started client) {
    clients.add(client);
    return client;
  }

  void unregister(Started client) {
    clients.remove(client);
  }

  /** Kills one process, if there is one of the kind that chance chose. */
  boolean strike() {
    var kind = kind(random.nextInt(ALL_WEIGHTS));
    return kind == Kind.CLIENT ? strikeClient() : strike(kind);
  }

  boolean strike(Kind kind) {
    var found =
        Processes.naming(kctl.runtime()).stream()
            .filter(process -> process.commandLine().contains(kind.word))
            .filter(process -> !process.commandLine().contains("bin/kctl"))
            .toList();
    if (found.isEmpty()) {
      return false;
    }
    var victim = found.get(random.nextInt(found.size()));
    kill(kind, victim.pid(), victim.commandLine());
    return true;
  }

  List<Kill> kills() {
    return kills;
  }

  boolean hasKilled(Started client) {
    return kills.stream().anyMatch(k -> k.kind() == Kind.CLIENT && k.pid() == client.pid());
  }

  /** Whether the machine of this container, or its vsock daemon, was killed since. */
  boolean hasKilledMachine(String container, Instant since) {
    var directory = "/v/" + container.substring(0, 12) + "/";
    return kills.stream()
        .filter(kill -> kill.isSince(since))
        .filter(kill -> kill.kind() == Kind.MACHINE || kill.kind() == Kind.VSOCK_DAEMON)
        .anyMatch(kill -> kill.commandLine().contains(directory));
  }

  /**
   * Whether Docker's own client met no engine at all, which it says itself, for one was killed some
   * time before: it waits for none and starts none, so nothing was asked of anybody.
   */
  boolean explainsNoEngine(Finished finished, Instant since) {
    return finished.stderr().contains("Cannot connect to the Docker daemon")
        && hasKilledEngine(since.minus(TortureArena.PATIENCE));
  }

  /** Whether the engine was killed since, or the keeper, with which it goes. */
  boolean hasKilledEngine(Instant since) {
    return kills.stream()
        .filter(kill -> kill.isSince(since))
        .anyMatch(kill -> kill.kind() == Kind.ENGINE || kill.kind() == Kind.KEEPER);
  }

  boolean hasKilledAny(Instant since) {
    return kills.stream().anyMatch(kill -> kill.isSince(since));
  }

  private boolean strikeClient() {
    var alive = clients.stream().filter(Started::isAlive).toList();
    if (alive.isEmpty()) {
      return false;
    }
    var victim = alive.get(random.nextInt(alive.size()));
    kill(Kind.CLIENT, victim.pid(), "");
    return true;
  }

  /** A request that begins while the signal is on its way may still be answered, or may not. */
  private void kill(Kind kind, long pid, String commandLine) {
    var index = kills.size();
    kills.add(new Kill(kind, pid, commandLine, Instant.MAX));
    Signals.send("KILL", pid);
    kills.set(index, new Kill(kind, pid, commandLine, Instant.now()));
  }

  private static Kind kind(int chosen) {
    var left = chosen;
    for (var kind : Kind.values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new AssertionError("the weights are a hundred together");
  }
}
