package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "linux/x86_64, linux/amd64",
    "linux/amd64/v1, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm64/8, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "linux/i686, linux/386",
    "arm64, linux/arm64",
    "Linux/ARM/V6, linux/arm/v6",
  })
  void normalisesAsContainerdDoes(String text, String normalised) {
    assertThat(Platform.parse(text)).hasToString(normalised);
  }

  @Test
  void completesAnOperatingSystemWithThisMachine() {
    assertThat(Platform.parse("linux")).isEqualTo(Platform.host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "linux/", "linux/a/b/c", "linux/a b", "linux/\n"})
  void refusesWhatIsNoPlatform(String text) {
    assertThatExceptionOfType(InvalidPlatform.class).isThrownBy(() -> Platform.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3 linux/amd64/v2 linux/amd64",
    "linux/arm/v7, linux/arm/v7 linux/arm/v6 linux/arm/v5",
    "linux/arm64, linux/arm64 linux/arm/v8 linux/arm/v7 linux/arm/v6 linux/arm/v5",
    "linux/riscv64, linux/riscv64",
    "linux/s390x/weird, linux/s390x/weird",
  })
  void runsOlderVariantsToo(String wanted, String candidates) {
    assertThat(Platform.parse(wanted).candidates().stream().map(Platform::toString))
        .isEqualTo(List.of(candidates.split(" ", -1)));
  }
}
