package dev.kctl.engine;

import dev.kctl.image.ImportWorkers;
import dev.kctl.image.WorkerFailed;
import dev.kctl.linux.Child;
import dev.kctl.linux.ChildExit;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildLimits;
import dev.kctl.linux.ChildSpec;
import dev.kctl.linux.Confinement;
import dev.kctl.linux.KeeperException;
import dev.kctl.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts import workers as children of the keeper, with a user of their own where that can be. */
final class ImportLauncher implements ImportWorkers {
  private static final String CHILD = "import-";
  private static final int LAST_WORDS = 400;

  /** Twice what its flags let a JVM have of heap, classes and buffers; and threads. */
  private static final ChildLimits LIMITS = ChildLimits.of(1536L * 1024 * 1024, 256);

  private final Installation installation;
  private final ChildLauncher children;
  private final MachineUsers users;
  private final Optional<Path> recordings;

  ImportLauncher(
      Installation installation,
      ChildLauncher children,
      MachineUsers users,
      Optional<Path> recordings) {
    this.installation = installation;
    this.children = children;
    this.users = users;
    this.recordings = recordings;
  }

  /** Whether a child of the keeper's is a worker. */
  static boolean isWorker(String childId) {
    return childId.startsWith(CHILD);
  }

  @Override
  public Path socketDirectory() {
    return installation.runtime();
  }

  @Override
  public Optional<Owner> owner() {
    var uid = users.importWorker();
    return uid.isPresent()
        ? Optional.of(new Owner(uid.getAsInt(), uid.getAsInt()))
        : Optional.empty();
  }

  @Override
  public Running start(Launch launch) {
    var log = installation.runtime().resolve(CHILD + launch.id() + ".log");
    try {
      var child =
          children.spawn(
              new ChildSpec(
                      CHILD + launch.id(),
                      List.of(
                          installation.importWorker().toString(),
                          "--socket",
                          launch.socket().toString()),
                      Map.of(),
                      users.importWorker(),
                      List.of(),
                      Optional.of(log),
                      Optional.of(log))
                  .confined(view(launch))
                  .limited(LIMITS));
      return new Worker(child, log);
    } catch (KeeperException e) {
      throw WorkerFailed.of(String.valueOf(e.getMessage()), e);
    }
  }

  /** The installed tree and what it needs to find and trust a registry; not the store. */
  private Confinement view(Launch launch) {
    var view =
        Confinement.system()
            .reading(installation.home(), Path.of("/etc"))
            .writing(launch.directory(), launch.socket())
            .networked();
    view = recordings.map(view::writing).orElse(view);
    // Often a link into a directory of the resolver's.
    var servers = Path.of("/etc/resolv.conf");
    try {
      var real = servers.toRealPath();
      return real.startsWith("/etc") ? view : view.reading(real);
    } catch (IOException e) {
      return view;
    }
  }

  private final class Worker implements Running {
    private final Child child;
    private final Path log;

    Worker(Child child, Path log) {
      this.child = child;
      this.log = log;
    }

    @Override
    public boolean alive() {
      return new ProcessIdentity(child.pid(), child.startTime()).alive();
    }

    @Override
    public String lastWords() {
      var end =
          switch (child.await()) {
            case ChildExit.Code(var code) -> "exit code " + code;
            case ChildExit.Signal(var signal) -> "killed by signal " + signal;
            case ChildExit.OutOfMemory _ -> "killed for want of memory";
          };
      try {
        var lines = Files.readString(log).strip().lines().toList();
        var last = lines.isEmpty() ? "" : lines.getLast();
        return last.isEmpty()
            ? end
            : StartFailures.printable(last.substring(0, Math.min(LAST_WORDS, last.length())));
      } catch (IOException e) {
        return end;
      }
    }

    @Override
    public void close() {
      try {
        child.kill(Signal.KILL.number());
        var _ = child.await();
        children.forget(child.id());
        Files.deleteIfExists(log);
      } catch (KeeperException | IOException e) {
        System.err.println("engine: after an import: " + e.getMessage());
      }
    }
  }
}
