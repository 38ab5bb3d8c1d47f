package dev.kctl.vmm;

import java.nio.file.Path;

/**
 * The guest's vsock device, seen on the host as a hybrid vsock: {@code socket} takes {@code CONNECT
 * port}, and what the guest dials arrives at {@code <socket>_<port>}.
 *
 * @param cid the guest's own context id, 3 or more; need not differ between VMs
 */
public record Vsock(int cid, Path socket) {
  private static final int FIRST_GUEST_CID = 3;

  public Vsock {
    if (cid < FIRST_GUEST_CID) {
      throw new SpecUnsupported(
          "vsock cid %d is reserved: the first one for a guest is %d"
              .formatted(cid, FIRST_GUEST_CID));
    }
    SpecChecks.socket("vsock", socket);
  }

  /** Where the guest's connections to the host's {@code port} arrive. */
  public Path listener(int port) {
    return socket.resolveSibling(socket.getFileName() + "_" + port);
  }
}
