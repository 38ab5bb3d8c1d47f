package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

class TscFrequencyTest {
  @Test
  void twoMeasurementsAgree() {
    var first = TscFrequency.measureKhz().orElseThrow();
    var second = TscFrequency.measureKhz().orElseThrow();

    assertThat(first).isBetween(500_000L, 10_000_000L);
    assertThat(second).isCloseTo(first, withPercentage(0.1));
  }
}
