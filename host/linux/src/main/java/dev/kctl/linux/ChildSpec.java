package dev.kctl.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A process to start: its working directory is {@code /}, its environment exactly {@code
 * environment}.
 *
 * @param id unique among the keeper's children
 * @param argv the program by its absolute path, and its arguments
 * @param user user and group the process runs as; empty for the keeper's own
 * @param files opened by the keeper with its own rights and passed on
 * @param stdout log file, capped; empty for none
 * @param stderr log file, capped; may be the same as {@code stdout}
 * @param groups supplementary groups, where a user is given
 * @param confinement all that it sees, where a user is given; empty for the whole machine
 * @param limits what it may use
 * @param taps opened by the keeper in its own network namespace and passed on
 */
public record ChildSpec(
    String id,
    List<String> argv,
    Map<String, String> environment,
    OptionalInt user,
    List<PassedFile> files,
    Optional<Path> stdout,
    Optional<Path> stderr,
    List<Integer> groups,
    Optional<Confinement> confinement,
    ChildLimits limits,
    List<PassedTap> taps) {

  public ChildSpec {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    files = List.copyOf(files);
    groups = List.copyOf(groups);
    taps = List.copyOf(taps);
  }

  /** A process without supplementary groups that sees the whole machine and may use all of it. */
  public ChildSpec(
      String id,
      List<String> argv,
      Map<String, String> environment,
      OptionalInt user,
      List<PassedFile> files,
      Optional<Path> stdout,
      Optional<Path> stderr) {
    this(
        id,
        argv,
        environment,
        user,
        files,
        stdout,
        stderr,
        List.of(),
        Optional.empty(),
        ChildLimits.NONE,
        List.of());
  }

  /** The same in these groups, where it has a user of its own. */
  public ChildSpec inGroups(List<Integer> groups) {
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, confinement, limits, taps);
  }

  /** The same seeing no more than this, where it has a user of its own. */
  public ChildSpec confined(Confinement view) {
    var seen = user.isPresent() ? Optional.of(view) : Optional.<Confinement>empty();
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, seen, limits, taps);
  }

  /** The same using no more than this. */
  public ChildSpec limited(ChildLimits bounds) {
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, confinement, bounds, taps);
  }

  /** The same holding these network devices, which it need not see to use. */
  public ChildSpec holding(List<PassedTap> devices) {
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, confinement, limits, devices);
  }

  /**
   * A file that the child finds open.
   *
   * @param descriptor its number in the child
   */
  public record PassedFile(Path path, Mode mode, int descriptor) {
    /** How it is opened. */
    public enum Mode {
      READ,
      READ_WRITE
    }
  }

  /**
   * A persistent TAP device that the child finds open, with virtio-net headers; nobody else may
   * hold it.
   *
   * @param name as the kernel names it
   * @param descriptor its number in the child
   */
  public record PassedTap(String name, int descriptor) {}
}
