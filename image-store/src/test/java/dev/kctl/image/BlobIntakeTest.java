package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobIntakeTest {
  private static final byte[] CONTENT = SampleLayer.noise(5, 100_000);

  @TempDir Path directory;

  private long take(Path target, long size) throws IOException {
    var body = new ByteArrayInputStream(CONTENT);
    try (var intake = new BlobIntake(body, target, size, _ -> {})) {
      return intake.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void keepsWhatPassesAndTellsHowMuch() throws IOException {
    var target = directory.resolve("blob");
    var told = new ArrayList<Long>();
    var body = new ByteArrayInputStream(CONTENT);
    try (var intake = new BlobIntake(body, target, CONTENT.length, told::add)) {
      assertThat(intake.readAllBytes()).isEqualTo(CONTENT);
      assertThat(intake.received()).isEqualTo(CONTENT.length);
    }
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(told).isSorted().endsWith((long) CONTENT.length);
  }

  @Test
  void beginsAnewWhereAnEarlierTransferLeftMore() throws IOException {
    var target = Files.write(directory.resolve("blob"), new byte[2 * CONTENT.length]);
    take(target, CONTENT.length);
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void stopsAtTheSizePromised() {
    assertThatExceptionOfType(BlobIntake.TooLong.class)
        .isThrownBy(() -> take(directory.resolve("blob"), CONTENT.length - 1))
        .withMessageContaining("longer than the 99999 bytes");
  }

  @Test
  void tellsAFullDiskFromABrokenTransfer() {
    assertThatExceptionOfType(BlobIntake.CopyFailed.class)
        .isThrownBy(() -> take(Path.of("/dev/full"), CONTENT.length))
        .matches(DiskSpace::isFull);
    assertThat(DiskSpace.isFull(new IOException("Connection reset"))).isFalse();
  }
}
