package dev.kctl.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which capabilities a container's processes may have: Docker's rules, names without `CAP_`. */
final class Capabilities {
  private static final String ALL = "ALL";
  private static final String PREFIX = "CAP_";

  /** What Docker gives a container that asks for nothing. */
  static final List<String> USUAL =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  /** Every one that Linux has, in its order. */
  static final List<String> EVERY =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private Capabilities() {}

  /** The usual ones, with and without these. */
  static List<String> of(List<String> added, List<String> dropped) {
    var adds = names("CapAdd", added);
    var drops = names("CapDrop", dropped);
    var all = new LinkedHashSet<String>();
    if (adds.contains(ALL)) {
      all.addAll(EVERY);
      all.removeAll(drops);
      return List.copyOf(all);
    }
    if (!drops.contains(ALL)) {
      all.addAll(USUAL);
      all.removeAll(drops);
    }
    all.addAll(adds);
    return List.copyOf(all);
  }

  private static Set<String> names(String field, List<String> given) {
    var names = new LinkedHashSet<String>();
    for (var text : new ArrayList<>(given)) {
      var upper = text.toUpperCase(Locale.ROOT);
      var name = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
      if (!name.equals(ALL) && !EVERY.contains(name)) {
        throw new EngineException.InvalidParameter(
            "invalid " + field + ": unknown capability: \"" + PREFIX + name + "\"");
      }
      names.add(name);
    }
    return names;
  }
}
