package dev.kctl.archive;

import java.util.ArrayList;
import java.util.List;

/** The parts of a name in an archive; none of them leads anywhere but down. */
final class ArchivePath {
  private static final int DEEPEST = 4096;

  private ArchivePath() {}

  /** Without empty parts and dots; a name with {@code ..} in it is refused. */
  static List<String> parts(String name) {
    var parts = new ArrayList<String>();
    for (var part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new ArchiveException("the archive has a name that leads out of it: " + shown(name));
      }
      if (part.indexOf('\0') >= 0) {
        throw new ArchiveException("the archive has a name with a zero byte: " + shown(name));
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() > DEEPEST) {
      throw new ArchiveException("the archive has a name of " + parts.size() + " parts");
    }
    return parts;
  }

  /** For messages. */
  static String shown(String name) {
    return name.length() <= 200 ? name : name.substring(0, 200) + "...";
  }
}
