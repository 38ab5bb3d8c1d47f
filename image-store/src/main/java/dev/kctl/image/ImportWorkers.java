package dev.kctl.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Starts import workers: how a process comes to be is the caller's business, what it is told is the
 * store's.
 */
public interface ImportWorkers {

  /**
   * Who the workers run as.
   *
   * @param uid owner of what they write
   */
  record Owner(int uid, int gid) {}

  /**
   * One worker to start: {@code kctl-import --socket SOCKET}.
   *
   * @param id 12 hex digits, unique on this root
   * @param socket the worker connects here; owned by the workers' user
   * @param directory the only place where it writes; owned by the workers' user
   */
  record Launch(String id, Path socket, Path directory) {}

  /** A worker that was started. */
  interface Running extends AutoCloseable {
    /** Whether the process is alive. */
    boolean alive();

    /** One line for a message when it died: its last words, or how it ended. */
    String lastWords();

    /** Kills it where it lives and returns when it is gone. */
    @Override
    void close();
  }

  /** Where sockets go: the runtime directory, short and passable for {@link #owner}. */
  Path socketDirectory();

  /** The workers' user; empty where they run as ours. */
  Optional<Owner> owner();

  /**
   * Starts one and does not wait for it to connect.
   *
   * @throws WorkerFailed where the process cannot be started
   */
  Running start(Launch launch);
}
