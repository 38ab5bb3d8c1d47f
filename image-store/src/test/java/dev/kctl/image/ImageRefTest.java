package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRefTest {
  private static final String HEX =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine:latest, alpine:latest",
    "alpine:3, docker.io/library/alpine:3, alpine:3",
    "library/alpine, docker.io/library/alpine:latest, alpine:latest",
    "me/app, docker.io/me/app:latest, me/app:latest",
    "docker.io/alpine, docker.io/library/alpine:latest, alpine:latest",
    "index.docker.io/alpine, docker.io/library/alpine:latest, alpine:latest",
    "docker.io/library/alpine:3, docker.io/library/alpine:3, alpine:3",
    "localhost/app, localhost/app:latest, localhost/app:latest",
    "localhost:5000/demo:latest, localhost:5000/demo:latest, localhost:5000/demo:latest",
    "127.0.0.1:5000/a/b/c, 127.0.0.1:5000/a/b/c:latest, 127.0.0.1:5000/a/b/c:latest",
    "ghcr.io/x/y:v1.2, ghcr.io/x/y:v1.2, ghcr.io/x/y:v1.2",
    "scratch, docker.io/library/scratch:latest, scratch:latest",
  })
  void readsNamesAsDockerDoes(String text, String canonical, String familiar) {
    var ref = ImageRef.parse(text);
    assertThat(ref.canonical()).isEqualTo(canonical);
    assertThat(ref.familiar()).isEqualTo(familiar);
  }

  @Test
  void keepsTagAndDigestAndAsksForTheDigest() {
    var ref = ImageRef.parse("alpine:3@sha256:" + HEX);
    assertThat(ref.tag()).isEqualTo("3");
    assertThat(ref.qualifier()).isEqualTo("sha256:" + HEX);
    assertThat(ref.canonical()).isEqualTo("docker.io/library/alpine:3@sha256:" + HEX);
  }

  @Test
  void givesNoTagToADigest() {
    assertThat(ImageRef.parse("alpine@sha256:" + HEX).tag()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Alpine",
        "a//b",
        ":3",
        "alpine:",
        "alpine@",
        "alpine@sha256:12",
        "a:b:c",
        "-a",
        "http://x/y",
        "a\nb",
        "\u001b[31m",
        "alpine:" + HEX + HEX + "z",
        HEX
      })
  void refusesWhatIsNoNameAndSaysWhatOneLooksLike(String text) {
    assertThatExceptionOfType(InvalidReference.class)
        .isThrownBy(() -> ImageRef.parse(text))
        .withMessageContaining("invalid reference format");
  }

  @Test
  void refusesANameThatIsTooLong() {
    assertThatExceptionOfType(InvalidReference.class)
        .isThrownBy(() -> ImageRef.parse("x/" + "a".repeat(300)))
        .withMessageContaining("255");
    assertThatExceptionOfType(InvalidReference.class)
        .isThrownBy(() -> ImageRef.parse("a".repeat(100_000)))
        .withMessageContaining("too long");
  }
}
