package dev.kctl.image;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Several layers as one tree, as overlayfs would show them with nothing below: whiteouts and opaque
 * directories have done their work and are gone. Contents go into the new image on the way.
 */
final class LayerMerge {
  private final List<ErofsReader> layers;
  private final ErofsContent content;
  private final LayerBudget budget;
  private final Queue<Pending> pending = new ArrayDeque<>();
  private final Map<Link, Inode> linked = new HashMap<>();
  private byte[] lastXattrs = Xattrs.NONE;

  /** Where something is. */
  private record Place(int layer, ErofsInode inode) {}

  /** An inode with several names in its layer: it stays one. */
  private record Link(int layer, long nid) {}

  /** A directory to be filled from all places that share in it, the uppermost first. */
  private record Pending(Directory directory, List<Place> places) {}

  /** What the layers have under one name, looked at from the uppermost down. */
  private static final class Found {
    final List<Place> places = new ArrayList<>();
    boolean closed;

    /** Overlayfs's rule: directories merge until something else, or an opaque one, is met. */
    void below(Place place) {
      var inode = place.inode();
      if (inode.isDirectory() || (places.isEmpty() && !inode.isWhiteout())) {
        places.add(place);
      }
      closed = !inode.isDirectory() || inode.isOpaque();
    }
  }

  /**
   * Prepares a merge.
   *
   * @param layers the base first
   */
  LayerMerge(List<ErofsReader> layers, LayerLimits limits, ErofsContent content) {
    this.layers = layers;
    this.content = content;
    budget = new LayerBudget(limits);
  }

  /** The tree; nothing of it is sealed yet. */
  Directory merge() {
    var root = new Directory();
    var roots = new ArrayList<Place>();
    for (var i = layers.size() - 1; i >= 0; i--) {
      roots.add(new Place(i, layers.get(i).root()));
    }
    describe(root, roots.getFirst().inode());
    pending.add(new Pending(root, roots));
    for (var next = pending.poll(); next != null; next = pending.poll()) {
      fill(next);
    }
    return root;
  }

  private void fill(Pending next) {
    SortedMap<byte[], Found> names = new TreeMap<>(Arrays::compareUnsigned);
    for (var place : next.places()) {
      var layer = layers.get(place.layer());
      layer.entries(
          place.inode(),
          (name, nid) -> {
            var found = names.computeIfAbsent(name, _ -> new Found());
            if (!found.closed) {
              found.below(new Place(place.layer(), layer.inode(nid)));
            }
          });
    }
    names.forEach(
        (name, found) -> {
          if (!found.places.isEmpty()) {
            place(next.directory(), name, found.places);
          }
        });
  }

  private void place(Directory parent, byte[] name, List<Place> places) {
    budget.entry();
    budget.metadata(name.length);
    var top = places.getFirst();
    if (top.inode().isDirectory()) {
      budget.depth(name, parent.depth() + 1);
      var directory = new Directory(parent);
      describe(directory, top.inode());
      parent.put(name, directory);
      pending.add(new Pending(directory, places));
    } else if (top.inode().links() > 1) {
      var link = new Link(top.layer(), top.inode().nid());
      parent.put(name, linked.computeIfAbsent(link, _ -> file(top)));
    } else {
      parent.put(name, file(top));
    }
  }

  private Inode file(Place place) {
    var layer = layers.get(place.layer());
    var from = place.inode();
    var inode =
        switch (from.type()) {
          case Inode.REGULAR -> regular(layer, from);
          case Inode.SYMLINK -> symlink(layer, from);
          default -> SpecialFile.encoded(from.type(), from.value());
        };
    describe(inode, from);
    return inode;
  }

  private RegularFile regular(ErofsReader layer, ErofsInode from) {
    var first = content.begin(from.size());
    layer.content(from, content);
    content.end();
    return new RegularFile(first, from.size());
  }

  private Symlink symlink(ErofsReader layer, ErofsInode from) {
    var target = layer.target(from);
    budget.metadata(target.length);
    return new Symlink(target);
  }

  /** A run of entries with the same attributes shares them. */
  private void describe(Inode inode, ErofsInode from) {
    var xattrs = Xattrs.withoutOverlay(from.xattrs());
    if (!Arrays.equals(xattrs, lastXattrs)) {
      lastXattrs = xattrs;
      budget.metadata(xattrs.length);
    }
    inode.describe(from, lastXattrs);
  }
}
