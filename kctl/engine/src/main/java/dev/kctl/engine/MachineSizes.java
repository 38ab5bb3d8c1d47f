package dev.kctl.engine;

import dev.kctl.vmm.Accelerator;

/**
 * How big a container's machine is, and what the container may use of it.
 *
 * @param limitBytes of the container's cgroup in the guest; 0 for none
 * @param cpuMillis thousandths of a CPU; 0 for no limit
 * @param pids 0 for no limit
 */
record MachineSizes(int vcpus, long memoryBytes, long limitBytes, int cpuMillis, int pids) {
  private static final long MIB = 1L << 20;
  private static final long LARGEST_DEFAULT = 2048 * MIB;

  /** What kernel and agent keep for themselves: measured, see docs/engine.md. */
  private static final long OVERHEAD = 64 * MIB;

  /** One 64-byte struct page for each 4 KiB. */
  private static final int PAGE_STRUCTS = 64;

  private static final long DEFAULT_PERIOD = 100_000;

  /** Of a machine that only reads and writes files: enough to keep what it works on in memory. */
  static final MachineSizes FILES = new MachineSizes(1, 256 * MIB, 0, 0, 0);

  static MachineSizes of(ContainerSpec spec, Accelerator accelerator, HostFacts host) {
    var config = spec.hostConfig();
    var limit = config.path("Memory").asLong();
    var memory =
        limit > 0
            ? limit + OVERHEAD + limit / PAGE_STRUCTS
            : Math.min(host.memoryBytes() / 2, LARGEST_DEFAULT);
    var millis = config.path("NanoCpus").asLong() / 1_000_000;
    if (config.path("CpuQuota").asLong() > 0) {
      var period = config.path("CpuPeriod").asLong();
      millis = config.path("CpuQuota").asLong() * 1000 / (period > 0 ? period : DEFAULT_PERIOD);
    }
    var free =
        switch (accelerator) {
          case KVM -> host.cpus();
          case TCG -> 1;
        };
    var vcpus = millis > 0 ? (int) Math.ceilDiv(millis, 1000L) : free;
    var pids = Math.max(0, config.path("PidsLimit").asInt());
    return new MachineSizes(vcpus, roundUp(memory), limit, (int) millis, pids);
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, MIB) * MIB;
  }
}
