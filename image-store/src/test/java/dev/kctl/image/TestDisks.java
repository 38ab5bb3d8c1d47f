package dev.kctl.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Disks of layers in a folder, to be flattened. */
final class TestDisks {
  private final Path folder;
  private final List<Path> disks = new ArrayList<>();

  TestDisks(Path folder) {
    this.folder = folder;
  }

  /** Puts a layer on top. */
  TestDisks layer(TarBuilder tar) {
    var disk = folder.resolve("layer-" + disks.size() + ".erofs");
    try {
      new LayerConverter(LayerLimits.DEFAULT)
          .convert(new ByteArrayInputStream(tar.bytes()), TestLayer.TAR, disk, _ -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    disks.add(disk);
    return this;
  }

  /** The base first. */
  List<Path> disks() {
    return disks;
  }

  Path flattened() {
    var target = folder.resolve("flattened.erofs");
    Flattener.flatten(disks, target, Digest.of(new byte[0]), Flattener.LIMITS);
    return target;
  }

  ErofsImage image() {
    try {
      return ErofsImage.read(flattened());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TestDisks temporary() {
    try {
      return new TestDisks(Files.createTempDirectory("disks"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the folder and all in it. */
  void remove() {
    try {
      StoreLayout.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
