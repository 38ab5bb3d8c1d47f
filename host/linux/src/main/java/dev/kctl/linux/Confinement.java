package dev.kctl.linux;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that a process sees of the machine: these paths, its own processes, a few devices. What it
 * may write to it cannot execute.
 *
 * @param readable files, directories and symbolic links, which must be there
 * @param writable the same, to write to
 * @param network whether it sees the host's network, or none
 */
public record Confinement(List<Path> readable, List<Path> writable, boolean network) {
  /** Where distributions keep what programs are made of, and where their loader finds it. */
  private static final List<Path> SYSTEM =
      Stream.of(
              "/usr",
              "/bin",
              "/sbin",
              "/lib",
              "/lib32",
              "/lib64",
              "/libx32",
              "/etc/ld.so.cache",
              "/etc/ld.so.conf",
              "/etc/ld.so.conf.d",
              "/etc/alternatives")
          .map(Path::of)
          .toList();

  public Confinement {
    readable = List.copyOf(readable);
    writable = List.copyOf(writable);
  }

  /** Nothing but the system's programs and libraries: no network, and nothing to write to. */
  public static Confinement system() {
    var there = SYSTEM.stream().filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    return new Confinement(there.toList(), List.of(), false);
  }

  /** Nothing at all: for programs that need no library. */
  public static Confinement nothing() {
    return new Confinement(List.of(), List.of(), false);
  }

  /** Sees these too. */
  public Confinement reading(Path... paths) {
    return new Confinement(joined(readable, paths), writable, network);
  }

  /** Writes to these too. */
  public Confinement writing(Path... paths) {
    return new Confinement(readable, joined(writable, paths), network);
  }

  /** Sees the host's network. */
  public Confinement networked() {
    return new Confinement(readable, writable, true);
  }

  private static List<Path> joined(List<Path> some, Path... more) {
    var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }
}
