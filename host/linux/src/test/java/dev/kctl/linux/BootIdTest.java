package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BootIdTest {
  @Test
  void isAUuidThatStaysTheSame() {
    assertThat(BootId.current()).hasSize(36).isEqualTo(BootId.current());
  }
}
