package dev.kctl.vmm;

import java.util.List;

/** The processes of a machine, by which a later engine finds them again. */
public record VmProcesses(VmProcess vmm, List<VmProcess> helpers) {
  public VmProcesses {
    helpers = List.copyOf(helpers);
  }

  /**
   * One process, told from a later one of the same number by when it started.
   *
   * @param startTime field 22 of {@code /proc/<pid>/stat}
   */
  public record VmProcess(long pid, long startTime) {}
}
