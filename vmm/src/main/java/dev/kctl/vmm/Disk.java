package dev.kctl.vmm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A raw disk image, found by the guest under its serial number.
 *
 * @param serial 1 to 20 characters of {@code [A-Za-z0-9_-]}: the guest sees no more of it
 */
public record Disk(Path file, String serial, boolean readOnly) {
  private static final int MAXIMUM_SERIAL = 20;

  public Disk {
    SpecChecks.absolute("disk", file);
    SpecChecks.word("disk serial", serial);
    if (serial.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_SERIAL) {
      throw new SpecUnsupported(
          "disk serial %s is longer than the %d bytes virtio carries"
              .formatted(serial, MAXIMUM_SERIAL));
    }
  }
}
