package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class IsalTest {
  private static final int HEADER = 10;
  private static final byte[] CONTENT = content();

  @Test
  void isThereWhereTheLibraryIs() throws IOException {
    try (var files = Files.find(Path.of("/usr"), 4, (p, _) -> p.endsWith("libisal.so.2"))) {
      assertThat(Isal.isAvailable()).isEqualTo(files.findAny().isPresent());
    }
  }

  @Test
  void inflatesWhatGzipMadeInPiecesOfAnySize() throws Exception {
    for (var piece : new int[] {1, 7, 1000, 1 << 16}) {
      if (Isal.isAvailable()) {
        assertThat(inflate(gzip(), piece)).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void noticesDamageAndAWrongChecksum() throws IOException {
    var damaged = gzip();
    damaged[HEADER] = (byte) 0xff;
    var wrong = gzip();
    wrong[wrong.length - 6] ^= 1;

    if (Isal.isAvailable()) {
      assertThatThrownBy(() -> inflate(damaged, 1000))
          .isInstanceOf(Isal.CorruptDataException.class);
      assertThatThrownBy(() -> inflate(wrong, 1000))
          .isInstanceOf(Isal.CorruptDataException.class)
          .hasMessage("its CRC or length does not match");
    }
  }

  /** One member, header skipped. */
  private static byte[] inflate(byte[] gzip, int piece) throws Isal.CorruptDataException {
    var inflated = new ByteArrayOutputStream();
    var target = new byte[piece];
    try (var isal = Isal.open(piece)) {
      isal.startMember();
      for (var at = HEADER; !isal.isFinished(); at += piece) {
        isal.offer(gzip, at, Math.min(piece, gzip.length - at));
        int count;
        do {
          count = isal.inflate(target, 0, piece);
          inflated.write(target, 0, count);
        } while (count > 0);
      }
      assertThat(isal.remaining()).isZero();
    }
    return inflated.toByteArray();
  }

  private static byte[] gzip() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(CONTENT);
    }
    return packed.toByteArray();
  }

  private static byte[] content() {
    var content = new byte[300_000];
    new Random(1).nextBytes(content);
    Arrays.fill(content, 50_000, 250_000, (byte) 'x');
    return content;
  }
}
