package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Applies the entries of a layer's tar, one by one, by the rules of {@code docs/layers.md}. */
final class LayerBuilder {
  private static final int LONGEST_TARGET = 4095;
  private static final byte[] WHITEOUT = ".wh.".getBytes(US_ASCII);
  private static final byte[] AUFS = ".wh..wh.".getBytes(US_ASCII);
  private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(US_ASCII);

  private final TarReader tar;
  private final LayerBudget budget;
  private final LayerTree tree;
  private final ErofsContent content;
  private byte[] lastXattrs = Xattrs.NONE;

  LayerBuilder(TarReader tar, LayerLimits limits, ErofsContent content) {
    this.tar = tar;
    this.content = content;
    budget = new LayerBudget(limits);
    tree = new LayerTree(budget);
  }

  /** Reads the whole tar; file contents go to the image at once, all else into the tree. */
  LayerTree build() {
    for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      apply(entry.get());
    }
    return tree;
  }

  private void apply(TarEntry entry) {
    budget.entry();
    var path = LayerPath.clean(entry.name(), entry.name());
    if (path.isRoot()) {
      describeRoot(entry);
    } else if (isAufsOwn(path)) {
      return;
    } else if (Arrays.equals(path.last(), OPAQUE)) {
      tree.parent(entry.name(), path).makeOpaque();
    } else if (startsWith(path.last(), WHITEOUT)) {
      whiteOut(entry, path);
    } else {
      place(entry, path);
    }
  }

  private void describeRoot(TarEntry entry) {
    if (entry.type() != TarType.DIRECTORY) {
      throw MalformedLayer.entry(entry.name(), "the layer's root can only be a directory");
    }
    tree.root().describe(entry, xattrs(entry));
  }

  /** Aufs kept its own files under such names; nothing but the opaque mark has a meaning now. */
  private static boolean isAufsOwn(LayerPath path) {
    for (var part : path.parts()) {
      if (startsWith(part, AUFS) && !Arrays.equals(part, OPAQUE)) {
        return true;
      }
    }
    return false;
  }

  private void whiteOut(TarEntry entry, LayerPath path) {
    var hidden = Arrays.copyOfRange(path.last(), WHITEOUT.length, path.last().length);
    if (hidden.length == 0 || Directory.isDots(hidden)) {
      throw MalformedLayer.entry(entry.name(), "whiteout of nothing");
    }
    budget.metadata(hidden.length);
    tree.parent(entry.name(), path).whiteOut(hidden);
  }

  private void place(TarEntry entry, LayerPath path) {
    if (entry.type() == TarType.HARD_LINK) {
      var target = linkTarget(entry);
      budget.metadata(path.last().length);
      tree.parent(entry.name(), path).put(path.last(), target);
      return;
    }
    var parent = tree.parent(entry.name(), path);
    var inode =
        switch (entry.type()) {
          case DIRECTORY -> directory(entry, parent, path.last());
          case FILE -> file(entry);
          case SYMLINK -> symlink(entry);
          case CHARACTER_DEVICE -> device(entry, Inode.CHARACTER_DEVICE);
          case BLOCK_DEVICE -> device(entry, Inode.BLOCK_DEVICE);
          case FIFO -> SpecialFile.fifo();
          case HARD_LINK -> throw new AssertionError("handled above");
        };
    inode.describe(entry, xattrs(entry));
    budget.metadata(path.last().length);
    parent.put(path.last(), inode);
  }

  private Inode linkTarget(TarEntry entry) {
    var path = LayerPath.clean(entry.name(), entry.link());
    var target = tree.find(entry.name(), path);
    if (target.isEmpty()) {
      throw MalformedLayer.entry(
          entry.name(), "hard link to " + PrintableName.of(entry.link()) + ", not in this layer");
    }
    if (target.get() instanceof Directory) {
      throw MalformedLayer.entry(
          entry.name(), "hard link to the directory " + PrintableName.of(entry.link()));
    }
    return target.get();
  }

  private Directory directory(TarEntry entry, Directory parent, byte[] name) {
    return parent.child(name).orElse(null) instanceof Directory existing
        ? existing
        : tree.makeDirectory(entry.name(), parent, name);
  }

  private RegularFile file(TarEntry entry) {
    var first = content.begin(entry.size());
    tar.copyContent(content);
    content.end();
    return new RegularFile(first, entry.size());
  }

  private Symlink symlink(TarEntry entry) {
    var target = entry.link();
    if (target.length == 0 || target.length > LONGEST_TARGET) {
      throw MalformedLayer.entry(
          entry.name(), "symlink target of " + target.length + " bytes; 1 to 4095 are possible");
    }
    budget.metadata(target.length);
    return new Symlink(target);
  }

  private static SpecialFile device(TarEntry entry, int type) {
    if (type == Inode.CHARACTER_DEVICE && entry.device().equals(TarDevice.NONE)) {
      throw MalformedLayer.entry(
          entry.name(), "character device 0:0, which overlayfs would take for a whiteout");
    }
    return SpecialFile.device(type, entry.device());
  }

  /** Encoded attributes; a run of entries with the same ones shares them. */
  private byte[] xattrs(TarEntry entry) {
    var encoded = Xattrs.encode(entry.name(), entry.xattrs());
    if (!Arrays.equals(encoded, lastXattrs)) {
      lastXattrs = encoded;
      budget.metadata(encoded.length);
    }
    return lastXattrs;
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }
}
