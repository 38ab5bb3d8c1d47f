package dev.kctl.vmm.qemu;

import dev.kctl.vmm.VmSpec;
import java.nio.file.Path;

/** Where a machine's sockets and logs are. */
final class QemuFiles {
  private QemuFiles() {}

  /** The vsock daemon listens there for QEMU. */
  static Path vhost(VmSpec spec) {
    return spec.directory().resolve("vhost.sock");
  }

  static Path monitor(VmSpec spec) {
    return spec.directory().resolve("qmp.sock");
  }

  /** QEMU's own complaints. */
  static Path log(VmSpec spec) {
    return spec.console().resolveSibling("vmm.log");
  }

  static Path daemonLog(VmSpec spec) {
    return spec.console().resolveSibling("vsock.log");
  }
}
