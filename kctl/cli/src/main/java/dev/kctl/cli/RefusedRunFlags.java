package dev.kctl.cli;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every flag of {@code docker run} that kctl does not honour, and why: none is dropped silently.
 * The table in docs/commands/run.md is made from this one.
 */
final class RefusedRunFlags {
  private static final String BLOCK = "limits of disk speed are not there yet";
  private static final String DEVICE = "a VM has no devices of the host yet";
  private static final String LINK =
      "the containers of a network find each other by name: network create, and --network";
  private static final String OWN_KERNEL = "every container has a kernel of its own";
  private static final String STORAGE = "volumes and mounts are not there yet";
  private static final String WINDOWS = "only Windows knows it";

  static final List<RefusedFlag> ALL =
      List.of(
          later("--blkio-weight", "", BLOCK),
          later("--blkio-weight-device", "", BLOCK),
          never("--cgroup-parent", "", "the container's cgroup is in a kernel of its own"),
          never("--cgroupns", "", OWN_KERNEL + ": its cgroup name space is always private"),
          never("--cpu-count", "", WINDOWS),
          never("--cpu-percent", "", WINDOWS),
          never("--cpu-rt-period", "", "the guest's kernel has no real-time groups"),
          never("--cpu-rt-runtime", "", "the guest's kernel has no real-time groups"),
          later("--device-cgroup-rule", "", DEVICE),
          later("--device-read-bps", "", BLOCK),
          later("--device-read-iops", "", BLOCK),
          later("--device-write-bps", "", BLOCK),
          later("--device-write-iops", "", BLOCK),
          never("--disable-content-trust", "", "every byte is checked against its digest always"),
          later("--gpus", "", DEVICE),
          never("--io-maxbandwidth", "", WINDOWS),
          never("--io-maxiops", "", WINDOWS),
          never("--ipc", "", OWN_KERNEL + ": there is nobody to share memory with"),
          never("--isolation", "", "every container is a virtual machine"),
          never("--kernel-memory", "", OWN_KERNEL + ", whose memory --memory bounds"),
          never("--link", "", LINK),
          later("--link-local-ip", "", "a container has no further addresses of its own choice"),
          never("--memory-swappiness", "", "a guest has no swap"),
          later("--mount", "", STORAGE),
          never("--pid", "", OWN_KERNEL + ": there are no processes to share"),
          never("--storage-opt", "", "the writable layer is a sparse disk of the container's own"),
          later("--tmpfs", "", STORAGE),
          later("--use-api-socket", "", STORAGE),
          never("--userns", "", OWN_KERNEL + ": its users are not the host's"),
          never("--uts", "", OWN_KERNEL + ": the host's name is not its"),
          later("--volume", "-v", STORAGE),
          later("--volume-driver", "", STORAGE),
          later("--volumes-from", "", STORAGE));

  private RefusedRunFlags() {}

  /** What to say about a word that picocli does not know. */
  static UsageError explain(String word) {
    var equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    for (var flag : ALL) {
      if (flag.name().equals(name) || inCluster(flag, name)) {
        return new UsageError(flag.refusal());
      }
    }
    var known =
        Stream.concat(
            RunFlags.HONOURED.stream().map(RunFlags.RunFlag::name),
            ALL.stream().map(RefusedFlag::name));
    return new UsageError("unknown flag: " + name + Suggestion.among(name, known));
  }

  private static boolean inCluster(RefusedFlag flag, String word) {
    return !flag.letter().isEmpty()
        && !word.startsWith("--")
        && word.indexOf(flag.letter().charAt(1)) > 0;
  }

  private static RefusedFlag later(String name, String letter, String reason) {
    return new RefusedFlag(name, letter, false, reason);
  }

  private static RefusedFlag never(String name, String letter, String reason) {
    return new RefusedFlag(name, letter, true, reason);
  }

  /**
   * A flag of Docker's.
   *
   * @param meaningless whether it could have no meaning where each container is a VM
   */
  record RefusedFlag(String name, String letter, boolean meaningless, String reason) {
    String refusal() {
      return "flag "
          + name
          + (meaningless ? " means nothing here: " : " is not there yet: ")
          + reason;
    }
  }
}
