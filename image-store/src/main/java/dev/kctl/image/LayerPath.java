package dev.kctl.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A path inside a layer, taken apart and cleaned: no empty parts, no dots, never outside. */
final class LayerPath {
  static final int LONGEST = 4096;
  static final int LONGEST_NAME = 255;

  private final List<byte[]> parts;

  private LayerPath(List<byte[]> parts) {
    this.parts = parts;
  }

  /**
   * Cleans a name by its text alone, as Docker does; absolute ones are relative to the layer.
   *
   * @param entry name of the tar entry that holds the path, for messages
   */
  static LayerPath clean(byte[] entry, byte[] path) {
    if (path.length > LONGEST) {
      throw MalformedLayer.entry(entry, "path of more than " + LONGEST + " bytes");
    }
    var parts = new ArrayList<byte[]>();
    for (var part : split(path)) {
      if (part.length > LONGEST_NAME) {
        throw MalformedLayer.entry(entry, "name of more than " + LONGEST_NAME + " bytes");
      }
      if (!isUp(part)) {
        parts.add(part);
      } else if (parts.isEmpty()) {
        throw MalformedLayer.entry(entry, "leads out of the layer");
      } else {
        parts.removeLast();
      }
    }
    return new LayerPath(parts);
  }

  /** The parts between slashes but for empty ones and {@code .}. */
  static List<byte[]> split(byte[] path) {
    var parts = new ArrayList<byte[]>();
    var start = 0;
    for (var end = 0; end <= path.length; end++) {
      if (end == path.length || path[end] == '/') {
        var dot = end == start + 1 && path[start] == '.';
        if (end > start && !dot) {
          parts.add(Arrays.copyOfRange(path, start, end));
        }
        start = end + 1;
      }
    }
    return parts;
  }

  static boolean isUp(byte[] part) {
    return part.length == 2 && part[0] == '.' && part[1] == '.';
  }

  boolean isRoot() {
    return parts.isEmpty();
  }

  byte[] last() {
    return parts.getLast();
  }

  List<byte[]> parents() {
    return parts.subList(0, parts.size() - 1);
  }

  List<byte[]> parts() {
    return parts;
  }
}
