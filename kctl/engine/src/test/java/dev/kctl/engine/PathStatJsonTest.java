package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.guest.proto.PathStat;
import org.junit.jupiter.api.Test;

class PathStatJsonTest {
  @Test
  void fitsIntoAHeaderWhateverThePathIs() {
    var stat = PathStat.newBuilder().setName("\u001b".repeat(255));

    var encoded = PathStatJson.encoded(stat.setLinkTarget("\u001b".repeat(4096)).build());

    assertThat(encoded).hasSizeLessThan(60_000);
  }

  @Test
  void refusesWhatIsLongerThanPathsCanBe() {
    var name = PathStat.newBuilder().setName("x".repeat(256)).build();
    var link = PathStat.newBuilder().setLinkTarget("x".repeat(4097)).build();

    assertThatThrownBy(() -> PathStatJson.encoded(name))
        .isInstanceOf(EngineException.Failed.class)
        .hasMessage("the guest tells of a path longer than paths can be");
    assertThatThrownBy(() -> PathStatJson.encoded(link)).isInstanceOf(EngineException.Failed.class);
  }
}
