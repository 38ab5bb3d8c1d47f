package dev.kctl.cli;

import java.util.ArrayDeque;

/**
 * One end of a copy.
 *
 * @param container empty for the host
 * @param path as given; {@code -} is a stream
 */
record CopyPlace(String container, String path) {
  /** Docker's rule: {@code NAME:PATH}, unless it begins like a path. */
  static CopyPlace parse(String word) {
    var colon = word.indexOf(':');
    if (colon <= 0 || word.startsWith("/") || word.startsWith(".")) {
      return new CopyPlace("", word);
    }
    return new CopyPlace(word.substring(0, colon), word.substring(colon + 1));
  }

  boolean isContainer() {
    return !container.isEmpty();
  }

  /** Whether only the content of a directory is meant. */
  static boolean isContentOnly(String path) {
    return path.equals(".") || path.endsWith("/.");
  }

  /** Whether it can only be a directory. */
  static boolean isDirectoryOnly(String path) {
    return path.endsWith("/") || isContentOnly(path);
  }

  /** The path within a container without its dots, from the root on; never ends in a slash. */
  static String clean(String path) {
    var parts = new ArrayDeque<String>();
    for (var part : Words.split(path, '/')) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  /** The last part of a clean path; empty for the root. */
  static String base(String clean) {
    return clean.substring(clean.lastIndexOf('/') + 1);
  }

  /** Where a clean path's last part is. */
  static String parent(String clean) {
    var slash = clean.lastIndexOf('/');
    return slash <= 0 ? "/" : clean.substring(0, slash);
  }
}
