package dev.kctl.vmm.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kctl.vmm.Stall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Follows in QEMU's events whether it has stopped the machine because of a failed write ({@code
 * werror=stop}). Many writes may fail at once: that is one stall.
 */
final class QemuStalls {
  /** Answers carry it; asked for when the control socket is connected. */
  static final String QUERY = "{\"execute\":\"query-block\",\"id\":\"stalls\"}\n";

  private static final String QUERY_ID = "stalls";
  private static final int LONGEST_REASON = 200;

  private final UnaryOperator<String> serials;
  private final List<Consumer<Stall>> listeners = new ArrayList<>();
  private @Nullable Stall stall;

  /**
   * @param serials the disk's serial number for the name of its node
   */
  QemuStalls(UnaryOperator<String> serials) {
    this.serials = serials;
  }

  void listen(Consumer<Stall> listener) {
    Optional<Stall> present;
    synchronized (this) {
      listeners.add(listener);
      present = Optional.ofNullable(stall);
    }
    present.ifPresent(listener);
  }

  synchronized Optional<Stall> present() {
    return Optional.ofNullable(stall);
  }

  void accept(JsonNode message) {
    switch (message.path("event").asText()) {
      case "BLOCK_IO_ERROR" -> failed(message.path("data"));
      case "RESUME" -> resumed();
      default -> {
        if (message.path("id").asText().equals(QUERY_ID)) {
          message.path("return").forEach(this::found);
        }
      }
    }
  }

  private void failed(JsonNode error) {
    if (error.path("action").asText().equals("stop")) {
      var disk = serials.apply(error.path("node-name").asText());
      begin(
          error.path("nospace").asBoolean()
              ? new Stall.DiskFull(disk)
              : new Stall.WriteFailed(disk, printable(error.path("reason").asText())));
    }
  }

  /** An earlier engine's stall: QEMU remembers what kind it is. */
  private void found(JsonNode device) {
    var disk = serials.apply(device.path("inserted").path("node-name").asText());
    switch (device.path("io-status").asText()) {
      case "nospace" -> begin(new Stall.DiskFull(disk));
      case "failed" -> begin(new Stall.WriteFailed(disk, "an error while no engine ran"));
      default -> {
        // It works.
      }
    }
  }

  private void begin(Stall found) {
    List<Consumer<Stall>> told;
    synchronized (this) {
      if (stall != null) {
        return;
      }
      stall = found;
      told = List.copyOf(listeners);
    }
    told.forEach(listener -> listener.accept(found));
  }

  private synchronized void resumed() {
    stall = null;
  }

  private static String printable(String reason) {
    return reason
        .substring(0, Math.min(LONGEST_REASON, reason.length()))
        .replaceAll("[^\\p{Print}]", "?");
  }
}
