package dev.kctl.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The machine the engine runs on.
 *
 * @param bootId different after each boot
 * @param warnings what a person should know, such as missing KVM
 */
record HostFacts(
    String kernel,
    String operatingSystem,
    String hostname,
    String machineId,
    String bootId,
    int cpus,
    long memoryBytes,
    String vmm,
    String vmmPath,
    List<String> warnings) {
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  static HostFacts read(String vmm, String vmmPath) {
    return new HostFacts(
        first(Path.of("/proc/sys/kernel/osrelease"), "unknown"),
        prettyName(),
        first(Path.of("/proc/sys/kernel/hostname"), "localhost"),
        first(Path.of("/etc/machine-id"), ""),
        first(Path.of("/proc/sys/kernel/random/boot_id"), "unknown"),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        vmm,
        vmmPath,
        List.of());
  }

  HostFacts withWarnings(List<String> more) {
    return new HostFacts(
        kernel,
        operatingSystem,
        hostname,
        machineId,
        bootId,
        cpus,
        memoryBytes,
        vmm,
        vmmPath,
        more);
  }

  private static long memory() {
    var number = NUMBER.matcher(first(Path.of("/proc/meminfo"), "0"));
    return number.find() ? Long.parseLong(number.group()) * 1024 : 0;
  }

  private static String prettyName() {
    try {
      return Files.readAllLines(Path.of("/etc/os-release")).stream()
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring(12).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    } catch (IOException e) {
      return "Linux";
    }
  }

  private static String first(Path file, String otherwise) {
    try (var lines = Files.lines(file)) {
      return lines.findFirst().orElse(otherwise).trim();
    } catch (IOException e) {
      return otherwise;
    }
  }
}
