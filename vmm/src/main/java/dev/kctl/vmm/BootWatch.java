package dev.kctl.vmm;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells a boot that hangs from one that a busy host lets starve. All "lost" boots that were looked
 * into (docs/vmm.md) had had a fraction of a second of processor time in 20 seconds: to begin them
 * anew makes it worse.
 */
public final class BootWatch {
  private final long vmm;
  private final Limits limits;

  /**
   * When a boot is given up.
   *
   * @param look how often to look
   * @param idle so long without using {@link #leastUse} of a processor
   * @param most processor time that no boot needs
   * @param longest in any case
   */
  public record Limits(
      Duration look, Duration idle, Duration leastUse, Duration most, Duration longest) {
    public static final Limits USUAL =
        new Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            Duration.ofSeconds(90),
            Duration.ofMinutes(5));
  }

  /**
   * Watches one boot.
   *
   * @param vmm the VMM's process
   */
  public BootWatch(long vmm, Limits limits) {
    this.vmm = vmm;
    this.limits = limits;
  }

  /** Waits for the agent's call or the machine's end. False where the boot hangs. */
  public boolean await(CompletableFuture<?> news) throws InterruptedException {
    var start = System.nanoTime();
    var progress = start;
    var used = used();
    while (true) {
      try {
        var _ = news.get(limits.look.toNanos(), TimeUnit.NANOSECONDS);
        return true;
      } catch (ExecutionException e) {
        return true;
      } catch (TimeoutException _) {
        // Look whether it does anything.
      }
      var now = System.nanoTime();
      var usedNow = used();
      if (usedNow.minus(used).compareTo(limits.leastUse) >= 0) {
        used = usedNow;
        progress = now;
      }
      if (now - progress > limits.idle.toNanos()
          || now - start > limits.longest.toNanos()
          || usedNow.compareTo(limits.most) > 0) {
        return false;
      }
    }
  }

  private Duration used() {
    return ProcessHandle.of(vmm)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }
}
