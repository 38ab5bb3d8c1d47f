package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.InfoResult;
import dev.kctl.guest.proto.Limits;
import dev.kctl.guest.proto.PathStat;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.StatsResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One authenticated connection to a machine's agent. It never reconnects by itself. */
public interface AgentChannel extends AutoCloseable {
  /**
   * Subscribes to everything that happened after the event number {@code after}. An older
   * subscription ends. The sink is called on a virtual thread of this channel's.
   */
  EventStream events(long after, EventSink sink);

  /** Opens the container's standard input. A refusal is thrown by a later write. */
  InputSink openInput();

  /** Sets the size of the container's terminal. */
  void resize(int rows, int columns);

  /** Sends a signal (Linux x86-64 numbering) to the container's first process. */
  void signal(int number);

  InfoResult info(Duration timeout);

  /** Adds a process to the running container. A refusal is thrown by {@link ExecCall#next}. */
  ExecCall exec(Process process);

  /** The container's processes, by its own numbering. Their texts are hostile. */
  List<ProcessInfo> processes();

  /** What the container has used so far. */
  StatsResult stats();

  /** Stops all processes of the container where they are, or lets them go on. */
  void freeze(boolean frozen);

  /** Sets the bounds of the container's cgroup; those that are 0 or empty are taken away. */
  void update(Limits limits);

  /** What is at an absolute path of the container; a symbolic link at its end is not followed. */
  PathStat statPath(String path);

  /**
   * A file or a whole tree as a tar stream, in pieces of at most 64 KiB.
   *
   * @param contents names relative to the path itself, and nothing of other file systems
   */
  AgentStream<ByteString> readArchive(String path, boolean contents);

  /** Begins to unpack a tar stream in a directory of the container. */
  ArchiveSink writeArchive(String directory, Unpacking how);

  /** What differs from the image, sorted by path. */
  AgentStream<Change> changes();

  /**
   * Answers what the container's programs ask the resolver at 127.0.0.11. An older service of the
   * same container ends; what it left unanswered is asked again.
   */
  NameService serveNames(NameResolver resolver);

  /** Switches a machine off that was started for its files alone, leaving them clean. */
  void powerOff();

  /** Completed when the connection has ended, for whatever reason. */
  CompletionStage<Void> closed();

  @Override
  void close();

  /**
   * How an archive is unpacked.
   *
   * @param keepKinds refuse to replace a directory by something else, and the reverse
   * @param keepOwners give files the owners that the archive names; otherwise root owns them
   */
  record Unpacking(boolean keepKinds, boolean keepOwners) {}
}
