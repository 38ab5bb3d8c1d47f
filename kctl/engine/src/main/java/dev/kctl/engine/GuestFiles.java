package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.guest.AgentStream;
import dev.kctl.guest.ArchiveSink;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.PathStat;

/**
 * The files of a container, as a guest has them mounted. Paths are absolute and looked up beneath
 * the container's root; what streams throw is translated by {@link GuestFailures}.
 */
interface GuestFiles {
  /**
   * What is there; a symbolic link at the end is not followed.
   *
   * @throws EngineException.NoSuchFile where there is nothing
   */
  PathStat stat(String path);

  /** A file or tree as tar, its names beginning with the path's last part. */
  AgentStream<ByteString> read(String path);

  /** The whole root as tar, as `export` wants it. */
  AgentStream<ByteString> export();

  /** Unpacks a tar stream in a directory. */
  ArchiveSink write(String directory, boolean keepKinds, boolean keepOwners);

  /** What differs from the image, sorted by path. */
  AgentStream<Change> changes();
}
