package dev.kctl.engine;

import dev.kctl.guest.proto.PathStat;
import java.time.Instant;
import java.util.Base64;

/** What is at a path, as the header of archive answers tells it. */
final class PathStatJson {
  static final String HEADER = "X-Docker-Container-Path-Stat";

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4096;
  private static final int TYPE = 0170000;
  private static final int PERMISSIONS = 0777;
  private static final long NANOS = 1_000_000_000L;

  private PathStatJson() {}

  /** For a header, whose line clients take up to a length: 64 KiB kctl itself. */
  static String encoded(PathStat stat) {
    if (stat.getName().length() > LONGEST_NAME || stat.getLinkTarget().length() > LONGEST_PATH) {
      throw new EngineException.Failed("the guest tells of a path longer than paths can be");
    }
    var json = Json.object();
    json.put("name", stat.getName());
    json.put("size", Math.max(0, stat.getSize()));
    json.put("mode", goMode(stat.getMode()));
    json.put(
        "mtime",
        Instant.ofEpochSecond(
                Math.floorDiv(stat.getMtimeNs(), NANOS), Math.floorMod(stat.getMtimeNs(), NANOS))
            .toString());
    json.put("linkTarget", stat.getLinkTarget());
    return Base64.getEncoder().encodeToString(Json.bytes(json));
  }

  /** Go numbers types and special bits of its own accord, above the permissions. */
  static long goMode(int mode) {
    var type =
        switch (mode & TYPE) {
          case 0040000 -> 1L << 31;
          case 0120000 -> 1L << 27;
          case 0060000 -> 1L << 26;
          case 0020000 -> 1L << 26 | 1L << 21;
          case 0010000 -> 1L << 25;
          case 0140000 -> 1L << 24;
          case 0100000 -> 0L;
          default -> 1L << 19;
        };
    var special =
        ((mode & 04000) != 0 ? 1L << 23 : 0)
            | ((mode & 02000) != 0 ? 1L << 22 : 0)
            | ((mode & 01000) != 0 ? 1L << 20 : 0);
    return type | special | (mode & PERMISSIONS);
  }
}
