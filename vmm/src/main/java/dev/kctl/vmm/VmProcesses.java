package dev.kctl.vmm;

import dev.kctl.linux.ProcessIdentity;
import java.util.List;

/** The processes of a machine, by which a later engine finds them again. */
public record VmProcesses(ProcessIdentity vmm, List<ProcessIdentity> helpers) {
  public VmProcesses {
    helpers = List.copyOf(helpers);
  }
}
