package dev.kctl.e2e;

import java.nio.file.Path;

/**
 * How much torture.
 *
 * @param seed of everything that is chosen by chance
 * @param kills how many processes are killed
 * @param containers how many run at a time
 * @param report where the report and, after violations, the evidence are left
 */
record TortureOptions(long seed, int kills, int containers, Path report) {
  static TortureOptions fromProperties() {
    var seed = Long.getLong("torture.seed", System.nanoTime() & 0xffff_ffffL);
    var kills = Integer.getInteger("torture.kills", 20);
    var containers = Integer.getInteger("torture.containers", 6);
    return new TortureOptions(
        seed, kills, containers, Path.of("target", "torture").toAbsolutePath());
  }
}
