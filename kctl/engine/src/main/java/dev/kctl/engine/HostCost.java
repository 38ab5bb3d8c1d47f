package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the host pays for a machine: its VMM and its helpers, as the host's kernel counts. */
final class HostCost {
  private static final Pattern LINE = Pattern.compile("(?m)^(Rss|Pss):\\s+(\\d+) kB$");

  /** USER_HZ is 100 on every Linux that runs on x86-64. */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Fields 14 and 15 of /proc/PID/stat, counted from the one after the name. */
  private static final int UTIME = 11;

  private long pssBytes;
  private long residentBytes;
  private long cpuNanos;

  private HostCost() {}

  /** Sums what is there; a process that ends meanwhile counts no more. */
  static ObjectNode of(Machine machine) {
    var cost = new HostCost();
    machine.processes().forEach(cost::add);
    var json = Json.object();
    json.put("vmm", machine.vmm());
    json.put("accelerator", machine.accelerator());
    json.put("machine_memory", machine.memoryBytes());
    json.put("processes", machine.processes().size());
    json.put("pss", cost.pssBytes);
    json.put("resident", cost.residentBytes);
    json.put("cpu", cost.cpuNanos);
    return json;
  }

  private void add(Machine.Member member) {
    var directory = Path.of("/proc", String.valueOf(member.pid()));
    try {
      if (!new ProcessIdentity(member.pid(), member.startTime()).alive()) {
        return;
      }
      var stat = read(directory.resolve("stat"));
      // The name in brackets may hold anything, brackets too.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      var ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
      cpuNanos += ticks * NANOS_PER_TICK;
      var memory = LINE.matcher(read(directory.resolve("smaps_rollup")));
      while (memory.find()) {
        var bytes = Long.parseLong(memory.group(2)) << 10;
        if (memory.group(1).equals("Pss")) {
          pssBytes += bytes;
        } else {
          residentBytes += bytes;
        }
      }
    } catch (IOException e) {
      // It has just ended, or the kernel does not let this user look.
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
