package dev.kctl.engine;

import dev.kctl.image.CertificateFolders;
import dev.kctl.vmm.Accelerator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The engine's command line.
 *
 * @param vmm the driver for containers that name none
 * @param lowWater bytes that the host's disk must have left for a start, and for logs to go on
 * @param linger how long it stays when nobody needs it
 * @param recordings a folder for what import workers record for their AOT cache; only where one is
 *     made, for they see no other
 * @param registries those that may be spoken to without TLS, and folders of certificates for others
 */
record EngineOptions(
    Installation installation,
    Optional<Accelerator> accelerator,
    String vmm,
    Duration linger,
    long lowWater,
    Optional<Path> recordings,
    RegistryAccess registries) {
  private static final Set<String> KNOWN =
      Set.of(
          "--root",
          "--runtime-dir",
          "--install",
          "--accel",
          "--vmm",
          "--linger",
          "--low-water",
          "--recordings");
  private static final String REGISTRY = "--insecure-registry";

  /** The invoking user's; the machine's are looked into always. */
  private static final String CERTIFICATES = "--registry-certificates";

  private static final List<Path> MACHINES_CERTIFICATES =
      List.of(Path.of("/etc/docker/certs.d"), Path.of("/etc/kctl/certs.d"));
  private static final String QEMU = "qemu";
  private static final String LINGER_SECONDS = "300";
  private static final String LOW_WATER = String.valueOf(HostRoom.LOW_WATER);

  static EngineOptions parse(List<String> arguments) {
    Map<String, String> values = new HashMap<>();
    Set<String> registries = new HashSet<>();
    var folders = new ArrayList<>(MACHINES_CERTIFICATES);
    for (var i = 0; i < arguments.size(); i += 2) {
      var name = arguments.get(i);
      var known = KNOWN.contains(name) || name.equals(REGISTRY) || name.equals(CERTIFICATES);
      if (!known || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("unknown option or no value: " + name);
      }
      if (name.equals(REGISTRY)) {
        registries.add(arguments.get(i + 1));
      } else if (name.equals(CERTIFICATES)) {
        folders.add(Path.of(arguments.get(i + 1)));
      } else {
        values.put(name, arguments.get(i + 1));
      }
    }
    var vmm = values.getOrDefault("--vmm", QEMU);
    if (!vmm.equals(QEMU) && !vmm.equals("auto")) {
      throw new IllegalArgumentException("no such VMM: " + vmm + ": only qemu is there yet");
    }
    return new EngineOptions(
        new Installation(
            path(values, "--root"), path(values, "--runtime-dir"), path(values, "--install")),
        Optional.ofNullable(values.get("--accel")).map(EngineOptions::accelerator),
        QEMU,
        Duration.ofSeconds(number("--linger", values.getOrDefault("--linger", LINGER_SECONDS))),
        number("--low-water", values.getOrDefault("--low-water", LOW_WATER)),
        Optional.ofNullable(values.get("--recordings")).map(Path::of),
        new RegistryAccess(Set.copyOf(registries), new CertificateFolders(folders)));
  }

  private static Path path(Map<String, String> values, String name) {
    var value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return Path.of(value).toAbsolutePath().normalize();
  }

  private static Accelerator accelerator(String text) {
    try {
      return Accelerator.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--accel is kvm or tcg, not " + text, e);
    }
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is a number, not " + text, e);
    }
  }
}
