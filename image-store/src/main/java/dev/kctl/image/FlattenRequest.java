package dev.kctl.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Asks for one disk of several layers.
 *
 * @param directory holds each layer as {@code DIFFID.erofs}; the result goes beside them
 */
record FlattenRequest(ImageRef ref, Path directory, LowerLayers layers) implements WorkerRequest {
  @Override
  public void write(ObjectNode json) {
    WorkerRequest.addAll(json.putArray("flatten"), layers.diffIds());
  }

  /** Where the result is, synced. */
  Path target() {
    return directory.resolve("flattened");
  }

  /** Does it. */
  ImportMessage.Flattened run() {
    var disks =
        layers.diffIds().stream()
            .map(diffId -> directory.resolve(diffId.hex() + ".erofs"))
            .toList();
    try {
      Flattener.flatten(disks, target(), layers.chainId(), Flattener.LIMITS);
      try (var file = FileChannel.open(target(), StandardOpenOption.WRITE)) {
        file.force(true);
      }
    } catch (IOException e) {
      throw DiskSpace.isFull(e)
          ? DiskFull.of(directory, e)
          : new LayerNotWritten(target() + " cannot be written", e);
    } catch (LayerNotWritten e) {
      throw DiskSpace.isFull(e) ? DiskFull.of(directory, e) : e;
    }
    return new ImportMessage.Flattened();
  }
}
