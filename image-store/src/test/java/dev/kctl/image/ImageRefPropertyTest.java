package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ImageRefPropertyTest {

  @Property
  void readsBackWhatItWrites(@ForAll("refs") ImageRef ref) {
    assertThat(ImageRef.parse(ref.canonical())).isEqualTo(ref);
    assertThat(ImageRef.parse(ref.familiar())).isEqualTo(ref);
  }

  @Property
  void neverFailsButByRefusing(@ForAll String text) {
    try {
      assertThat(ImageRef.parse(text).canonical()).isNotEmpty();
    } catch (InvalidReference e) {
      assertThat(String.valueOf(e.getMessage()).lines()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Provide
  Arbitrary<ImageRef> refs() {
    var part =
        Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(9);
    var registry =
        Arbitraries.of("docker.io", "localhost", "localhost:5000", "ghcr.io", "10.0.0.1:443");
    var repository = part.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join("/", parts));
    var tag = Arbitraries.strings().withCharRange('a', 'z').withChars("._-09").ofMaxLength(20);
    var digest = Arbitraries.strings().ofMaxLength(5).injectNull(0.5);
    return Combinators.combine(registry, repository, tag, digest)
        .as(
            (host, path, label, content) -> {
              var name =
                  host.equals("docker.io") && path.indexOf('/') < 0 ? "library/" + path : path;
              var digestOf =
                  content == null ? null : Digest.of(content.getBytes(StandardCharsets.UTF_8));
              return new ImageRef(host, name, digestOf == null ? "t" + label : null, digestOf);
            });
  }
}
