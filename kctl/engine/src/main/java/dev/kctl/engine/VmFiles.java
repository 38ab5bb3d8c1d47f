package dev.kctl.engine;

import com.google.protobuf.ByteString;
import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentStream;
import dev.kctl.guest.ArchiveSink;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.PathStat;

/** The files that an agent has mounted. */
final class VmFiles implements GuestFiles {
  private final AgentChannel channel;

  VmFiles(AgentChannel channel) {
    this.channel = channel;
  }

  @Override
  public PathStat stat(String path) {
    return GuestFailures.translated(path, () -> channel.statPath(path));
  }

  @Override
  public AgentStream<ByteString> read(String path) {
    return channel.readArchive(path, false);
  }

  @Override
  public AgentStream<ByteString> export() {
    return channel.readArchive("/", true);
  }

  @Override
  public ArchiveSink write(String directory, boolean keepKinds, boolean keepOwners) {
    return channel.writeArchive(directory, new AgentChannel.Unpacking(keepKinds, keepOwners));
  }

  @Override
  public AgentStream<Change> changes() {
    return channel.changes();
  }
}
