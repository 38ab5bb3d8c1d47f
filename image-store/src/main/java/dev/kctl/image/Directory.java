package dev.kctl.image;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A directory of the layer's tree: what is in it, and what it takes away from lower layers. */
final class Directory extends Inode {
  private static final byte[] SELF = {'.'};
  private static final byte[] UP = {'.', '.'};

  private final Directory parent;
  private final int depth;

  /** Ordered as EROFS wants it; balanced, so that no choice of names makes it slow. */
  private final NavigableMap<byte[], Inode> children = new TreeMap<>(Arrays::compareUnsigned);

  private SortedSet<byte[]> whiteouts = Collections.emptySortedSet();
  private boolean opaque;

  /** The root, its own parent. */
  Directory() {
    super(DIRECTORY | 0755);
    parent = this;
    depth = 0;
  }

  Directory(Directory parent) {
    super(DIRECTORY | 0755);
    this.parent = parent;
    depth = parent.depth + 1;
  }

  Directory parent() {
    return parent;
  }

  int depth() {
    return depth;
  }

  Optional<Inode> child(byte[] name) {
    return Optional.ofNullable(children.get(name));
  }

  void put(byte[] name, Inode inode) {
    children.put(name, inode);
  }

  /** Hides what lower layers have under the name. */
  void whiteOut(byte[] name) {
    if (whiteouts.isEmpty()) {
      whiteouts = new TreeSet<>(Arrays::compareUnsigned);
    }
    whiteouts.add(name);
  }

  /** Hides all that lower layers have in this directory. */
  void makeOpaque() {
    opaque = true;
  }

  /**
   * Writes whiteouts and opacity in overlayfs's language and adds {@code .} and {@code ..}. Only
   * now, because neither depends on the order of entries in the tar: what the layer itself has
   * under a whited-out name stays, hiding what is below.
   */
  void seal() {
    var holdsWhiteout = false;
    for (var name : whiteouts) {
      switch (children.get(name)) {
        case null -> {
          children.put(name, SpecialFile.whiteout());
          holdsWhiteout = true;
        }
        case Directory directory -> directory.makeOpaque();
        case RegularFile _, Symlink _, SpecialFile _ -> {}
      }
    }
    if (opaque) {
      setXattrs(Xattrs.withOpaque(xattrs()));
    }
    if (holdsWhiteout) {
      // Without it, overlayfs lists the whiteouts of a directory that no other layer has.
      setXattrs(Xattrs.withOrigin(xattrs()));
    }
    children.put(SELF, this);
    children.put(UP, parent);
  }

  /** Of a sealed directory: every entry in the image's order, {@code .} and {@code ..} too. */
  Map<byte[], Inode> entries() {
    return children;
  }

  /** Whether the name is one that {@link #seal} adds. */
  static boolean isDots(byte[] name) {
    return Arrays.equals(name, SELF) || Arrays.equals(name, UP);
  }
}
