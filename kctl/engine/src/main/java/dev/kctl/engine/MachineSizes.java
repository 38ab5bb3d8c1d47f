package dev.kctl.engine;

import dev.kctl.vmm.Accelerator;

/** How big a container's machine is. */
record MachineSizes(int vcpus, long memoryBytes) {
  private static final long MIB = 1L << 20;
  private static final long LARGEST_DEFAULT = 2048 * MIB;

  /** What kernel and agent keep for themselves: measured, see docs/engine.md. */
  private static final long OVERHEAD = 64 * MIB;

  /** One 64-byte struct page for each 4 KiB. */
  private static final int PAGE_STRUCTS = 64;

  /** Of a machine that only reads and writes files: enough to keep what it works on in memory. */
  static final MachineSizes FILES = new MachineSizes(1, 256 * MIB);

  static MachineSizes of(ContainerSpec spec, Accelerator accelerator, HostFacts host) {
    var config = spec.hostConfig();
    var limit = config.path("Memory").asLong();
    var memory =
        limit > 0 ? machineBytes(limit) : Math.min(host.memoryBytes() / 2, LARGEST_DEFAULT);
    var millis = Limits.cpuMillis(config);
    var free =
        switch (accelerator) {
          case KVM -> host.cpus();
          case TCG -> 1;
        };
    var set = CpuSet.parse(config.path("CpusetCpus").asText(""));
    var vcpus = Math.max(set.highest() + 1, millis > 0 ? (int) Math.ceilDiv(millis, 1000L) : free);
    return new MachineSizes(vcpus, roundUp(memory));
  }

  /** What a machine needs for a container that may have so much. */
  static long machineBytes(long limit) {
    return roundUp(limit + OVERHEAD + limit / PAGE_STRUCTS);
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, MIB) * MIB;
  }
}
