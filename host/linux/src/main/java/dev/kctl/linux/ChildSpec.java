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
    ChildLimits limits) {

  public ChildSpec {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    files = List.copyOf(files);
    groups = List.copyOf(groups);
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
        ChildLimits.NONE);
  }

  /** The same in these groups, where it has a user of its own. */
  public ChildSpec inGroups(List<Integer> groups) {
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, confinement, limits);
  }

  /** The same seeing no more than this, where it has a user of its own. */
  public ChildSpec confined(Confinement view) {
    var seen = user.isPresent() ? Optional.of(view) : Optional.<Confinement>empty();
    return new ChildSpec(id, argv, environment, user, files, stdout, stderr, groups, seen, limits);
  }

  /** The same using no more than this. */
  public ChildSpec limited(ChildLimits bounds) {
    return new ChildSpec(
        id, argv, environment, user, files, stdout, stderr, groups, confinement, bounds);
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
}
