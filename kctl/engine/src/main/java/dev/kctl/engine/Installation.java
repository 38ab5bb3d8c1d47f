package dev.kctl.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where everything is.
 *
 * @param root state that lasts
 * @param runtime sockets and locks
 * @param home the install folder
 */
record Installation(Path root, Path runtime, Path home) {
  private static final int LONGEST_SOCKET = 107;
  private static final String LONGEST_NAME = "/v/123456789012/vsock_1024";
  private static final String QEMU = "qemu-system-x86_64";

  /** Refuses a runtime directory whose sockets would have too long a name for the kernel. */
  Installation {
    var limit = LONGEST_SOCKET - LONGEST_NAME.length();
    if (runtime.toString().length() > limit) {
      throw new IllegalArgumentException(
          "runtime directory "
              + runtime
              + " has "
              + runtime.toString().length()
              + " characters, sockets allow "
              + limit
              + ": choose a shorter one with --runtime-dir or KCTL_RUNTIME_DIR");
    }
  }

  Path kernel() {
    return home.resolve("share/kctl/vmlinux");
  }

  Path agent() {
    return home.resolve("share/kctl/agent.cpio");
  }

  Path vsockDaemon() {
    return home.resolve("lib/vhost-device-vsock");
  }

  Path importWorker() {
    return home.resolve("lib/kctl-import");
  }

  Path machineDirectory(String id) {
    return machines().resolve(id);
  }

  Path machines() {
    return runtime.resolve("v");
  }

  Path socket() {
    return runtime.resolve("docker.sock");
  }

  Path keeperSocket() {
    return runtime.resolve("keeper.sock");
  }

  /** QEMU, in the places where distributions put programs; the usual one where it is in none. */
  Path qemu() {
    return List.of("/usr/local/bin", "/usr/bin", "/bin").stream()
        .map(directory -> Path.of(directory, QEMU))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(Path.of("/usr/bin", QEMU));
  }
}
