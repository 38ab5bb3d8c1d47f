package dev.kctl.image;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The layer's files by name. Symlinks in the way are followed here, and nowhere on the host. */
final class LayerTree {
  private static final int MOST_HOPS = 40;

  private final LayerBudget budget;
  private final Directory root = new Directory();

  LayerTree(LayerBudget budget) {
    this.budget = budget;
  }

  Directory root() {
    return root;
  }

  /** The directory that holds the path; made, with its own parents, where it is missing. */
  Directory parent(byte[] entry, LayerPath path) {
    var walk = new ArrayDeque<>(path.parents());
    var at = root;
    for (var hops = 0; !walk.isEmpty(); ) {
      var name = walk.pop();
      if (LayerPath.isUp(name)) {
        at = at.parent();
        continue;
      }
      var child = at.child(name);
      if (child.isEmpty()) {
        budget.entry();
        at = makeDirectory(entry, at, name);
      } else {
        switch (child.get()) {
          case Directory directory -> at = directory;
          case Symlink symlink -> {
            hops = hop(entry, hops);
            at = follow(symlink, at, walk);
          }
          case RegularFile _, SpecialFile _ ->
              throw MalformedLayer.entry(
                  entry, PrintableName.of(name) + " on the way is not a directory");
        }
      }
    }
    return at;
  }

  /** What is at the path, a symlink itself and not its target; nothing is made on the way. */
  Optional<Inode> find(byte[] entry, LayerPath path) {
    if (path.isRoot()) {
      return Optional.of(root);
    }
    var walk = new ArrayDeque<>(path.parents());
    var at = root;
    for (var hops = 0; !walk.isEmpty(); ) {
      var name = walk.pop();
      if (LayerPath.isUp(name)) {
        at = at.parent();
        continue;
      }
      switch (at.child(name).orElse(null)) {
        case Directory directory -> at = directory;
        case Symlink symlink -> {
          hops = hop(entry, hops);
          at = follow(symlink, at, walk);
        }
        case null, default -> {
          return Optional.empty();
        }
      }
    }
    return at.child(path.last());
  }

  /** A new directory in place of whatever had its name. */
  Directory makeDirectory(byte[] entry, Directory parent, byte[] name) {
    budget.depth(entry, parent.depth() + 1);
    budget.metadata(name.length);
    if (name.length > LayerPath.LONGEST_NAME) {
      throw MalformedLayer.entry(entry, "symlink on the way with a name of more than 255 bytes");
    }
    var directory = new Directory(parent);
    parent.put(name, directory);
    return directory;
  }

  private static int hop(byte[] entry, int hops) {
    if (hops == MOST_HOPS) {
      throw MalformedLayer.entry(entry, "more than " + MOST_HOPS + " symlinks on the way");
    }
    return hops + 1;
  }

  private Directory follow(Symlink symlink, Directory at, ArrayDeque<byte[]> walk) {
    List<byte[]> target = LayerPath.split(symlink.target());
    for (var part : target.reversed()) {
      walk.push(part);
    }
    return symlink.target()[0] == '/' ? root : at;
  }
}
