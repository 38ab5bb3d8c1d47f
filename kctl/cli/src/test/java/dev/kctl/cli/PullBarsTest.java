package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PullBarsTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private long now = 1_000_000;

  @Test
  void drawsALineForEachLayerInPlaceAndSumsUp() {
    var bars = bars(24, 100, new BarStyle(false, false));
    show(bars, "{\"status\":\"Pulling from a\",\"id\":\"1\"}");
    show(
        bars,
        "{\"status\":\"Downloading\",\"id\":\"aaaaaaaaaaaa\",\"progressDetail\":{\"current\":500000,\"total\":1000000}}");
    assertThat(text())
        .isEqualTo(
            "1: Pulling from a\n\raaaaaaaaaaaa  Downloading         "
                + "====================--------------------   500kB/1.00MB\u001b[K\n\u001b[J");
    pass(2100);
    show(bars, "{\"status\":\"Download complete\",\"id\":\"aaaaaaaaaaaa\",\"progressDetail\":{}}");
    show(
        bars,
        "{\"status\":\"Extracting\",\"id\":\"aaaaaaaaaaaa\",\"progressDetail\":{\"current\":1,\"total\":2}}");
    pass(900);
    show(bars, "{\"status\":\"Pull complete\",\"id\":\"aaaaaaaaaaaa\",\"progressDetail\":{}}");
    show(bars, "{\"status\":\"Already exists\",\"id\":\"bbbbbbbbbbbb\",\"progressDetail\":{}}");
    show(bars, "{\"status\":\"Digest: sha256:12\"}");
    written.reset();
    bars.end();
    assertThat(text())
        .isEqualTo(
            "\u001b[1A\raaaaaaaaaaaa  Pull complete       1.00MB\u001b[K\n"
                + "\rbbbbbbbbbbbb  Already exists      \u001b[K\n\u001b[J"
                + "Digest: sha256:12\n3.00s for 2 layers, 1.00MB: download 2.10s, convert 900ms\n");
  }

  @Test
  void redrawsTwentyTimesASecondAtMost() {
    var bars = bars(24, 80, new BarStyle(false, false));
    for (var i = 0; i < 1000; i++) {
      show(
          bars,
          "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":"
              + i
              + ",\"total\":1000}}");
      pass(1);
    }
    assertThat(text().split("\u001b\\[J", -1)).hasSizeLessThanOrEqualTo(22);
  }

  @Test
  void keepsToTheScreen() {
    var bars = bars(6, 60, new BarStyle(true, true));
    for (var i = 0; i < 30; i++) {
      var status = i < 10 ? "Pull complete" : "Downloading";
      show(
          bars,
          "{\"status\":\""
              + status
              + "\",\"id\":\"layer"
              + i
              + "\",\"progressDetail\":{\"current\":1,\"total\":2}}");
    }
    pass(60);
    written.reset();
    bars.abandon();
    assertThat(text().split("\n", -1)).hasSize(5);
    assertThat(text()).contains("10 of 30 layers complete").contains("layer10");
    assertThat(text().lines().map(line -> line.replaceAll("\u001b\\[[0-9;]*[A-Za-z]|\r", "")))
        .allMatch(line -> line.length() < 60);
  }

  @Test
  void looksAsTheTerminalCan() {
    assertThat(BarStyle.of(Map.of("TERM", "xterm", "LANG", "C.UTF-8")))
        .isEqualTo(new BarStyle(true, true));
    assertThat(BarStyle.of(Map.of("TERM", "xterm", "LANG", "C")))
        .isEqualTo(new BarStyle(true, false));
    assertThat(BarStyle.of(Map.of("TERM", "xterm", "NO_COLOR", "1")))
        .isEqualTo(new BarStyle(false, false));
    assertThat(BarStyle.of(Map.of("LC_ALL", "de_DE.utf8", "LANG", "C")))
        .isEqualTo(new BarStyle(false, true));
  }

  private PullBars bars(int rows, int columns, BarStyle style) {
    return new PullBars(
        new Output("stdout", written), new Tty.Size(rows, columns), style, () -> now);
  }

  private static void show(PullBars bars, String line) {
    bars.show(Json.parseObject(line));
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
