package dev.kctl.archive;

/**
 * What a tar stream says of one file; nothing of it is to be trusted.
 *
 * @param name as it stands there
 * @param link where a link points to; empty for all others
 * @param mode the lowest twelve bits
 * @param mtime Unix seconds
 * @param size of the content that follows
 */
record TarEntry(
    String name, Kind kind, String link, int mode, long uid, long gid, long mtime, long size) {
  /** What it is. */
  enum Kind {
    FILE,
    DIRECTORY,
    SYMBOLIC_LINK,
    HARD_LINK,
    /** A device, a pipe, or what nobody here knows. */
    OTHER
  }
}
