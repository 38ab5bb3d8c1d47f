package dev.kctl.engine;

import dev.kctl.guest.BootImage;
import dev.kctl.guest.Token;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.AcceleratorChoice;
import dev.kctl.vmm.KvmSelfTest;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.Vsock;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Chooses between KVM and emulation, once, when the first container is made. */
final class Accelerators {
  private static final String PROBE = "0c1b00000000";
  private static final long PROBE_MEMORY = 256L << 20;

  private final Installation installation;
  private final KvmSelfTest test;
  private final Optional<Accelerator> forced;
  private final MachineUsers users;
  private final InstantSource clock;
  private @Nullable AcceleratorChoice choice;
  private boolean told;

  Accelerators(
      Installation installation,
      KvmSelfTest test,
      Optional<Accelerator> forced,
      MachineUsers users,
      InstantSource clock) {
    this.installation = installation;
    this.test = test;
    this.forced = forced;
    this.users = users;
    this.clock = clock;
  }

  synchronized AcceleratorChoice choose() {
    var chosen = choice;
    if (chosen == null) {
      chosen = test();
      choice = chosen;
    }
    return chosen;
  }

  /** The probe has a user of its own, as containers' machines have: it must reach KVM as such. */
  private AcceleratorChoice test() {
    var user = users.claim();
    try {
      return test.choose(
          forced,
          installation.qemu(),
          installation.kernel(),
          () -> probe(user),
          BootConfigs.HOST_PORT);
    } finally {
      users.release(user);
    }
  }

  /** What the first person who makes a container is told, and nobody after. */
  synchronized List<String> warnings() {
    var chosen = choose();
    if (told || !chosen.warn()) {
      return List.of();
    }
    told = true;
    return List.of("KVM is not used, machines are emulated and slow: " + chosen.reason());
  }

  private VmSpec probe(OptionalInt user) {
    var directory = installation.machineDirectory(PROBE);
    var files = installation.root().resolve("probe");
    var boot = files.resolve("boot.cpio");
    try {
      DurableFiles.directory(files);
    } catch (IOException e) {
      throw new EngineException.Failed("cannot make " + files + ": " + e.getMessage(), e);
    }
    var token = Token.generate(new SecureRandom());
    var now = BootConfigs.unixNanos(clock.instant());
    BootImage.write(installation.agent(), BootConfigs.probe(token, now), boot);
    return new VmSpec(
        PROBE,
        installation.kernel(),
        boot,
        1,
        PROBE_MEMORY,
        List.of(),
        List.of(),
        new Vsock(3, directory.resolve("vsock")),
        files.resolve("console.log"),
        directory,
        Accelerator.KVM,
        user);
  }
}
