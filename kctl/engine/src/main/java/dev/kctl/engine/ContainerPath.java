package dev.kctl.engine;

import java.util.ArrayDeque;

/** A path in a container as clients give it, made absolute without looking at any file system. */
final class ContainerPath {
  private static final int LONGEST = 4096;

  private ContainerPath() {}

  /**
   * Removes `.` and `..` as Docker does, but keeps a `/` or `/.` at the end: it says that a link
   * there is to be followed.
   */
  static String of(String given) {
    if (given.isEmpty() || given.length() > LONGEST || given.indexOf('\0') >= 0) {
      throw new EngineException.InvalidParameter(
          "bad parameter: path must be given, and no longer than " + LONGEST);
    }
    var parts = new ArrayDeque<String>();
    for (var part : given.split("/", -1)) {
      switch (part) {
        case "", "." -> {}
        case ".." -> parts.pollLast();
        default -> parts.addLast(part);
      }
    }
    var path = "/" + String.join("/", parts);
    if (parts.isEmpty()) {
      return given.endsWith(".") && !given.endsWith("..") ? "/." : "/";
    }
    return given.endsWith("/.") ? path + "/." : given.endsWith("/") ? path + "/" : path;
  }
}
