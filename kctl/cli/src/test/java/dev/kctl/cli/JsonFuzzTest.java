package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** The hot tier's JSON reader, over anything an answer or a file may hold. */
class JsonFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void readsJsonOrSaysThatItIsNone(FuzzedDataProvider data) {
    var text = data.consumeRemainingAsString();
    try {
      Json.parse(text);
    } catch (MalformedJson expected) {
      assertThat(expected.getMessage()).startsWith("not JSON at character ");
    }
  }

  @FuzzTest(maxDuration = "1m")
  void readsBackWhatItsOwnWriterQuoted(FuzzedDataProvider data) {
    var text = data.consumeRemainingAsString();
    assertThat(Json.parse(JsonWriter.quote(text))).isEqualTo(text);
  }
}
