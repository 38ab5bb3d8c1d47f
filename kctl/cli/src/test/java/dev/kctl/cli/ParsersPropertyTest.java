package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/**
 * JSON, sizes, files of variables, detach keys: what is written is read again, and nothing breaks.
 */
class ParsersPropertyTest {
  @Property
  void readsTheJsonItWrites(
      @ForAll @Size(max = 8) Map<@StringLength(max = 12) String, String> members,
      @ForAll long number,
      @ForAll boolean flag) {
    var json =
        new JsonWriter()
            .beginObject()
            .field("members", members)
            .field("number", number)
            .field("flag", flag)
            .endObject()
            .toString();
    var read = Json.parseObject(json);
    assertThat(read.object("members").members())
        .isEqualTo(new LinkedHashMap<String, Object>(members));
    assertThat(read.number("number")).isEqualTo(number);
    assertThat(read.isTrue("flag")).isEqualTo(flag);
    var indented = new StringBuilder();
    JsonIndent.append(json, indented, 0);
    assertThat(Json.parseObject(indented.toString())).isEqualTo(read);
  }

  @Example
  void readsDockersUnsignedLimits() {
    var limits =
        Json.parseObject("{\"limit\":18446744073709551615,\"least\":-9223372036854775808}");
    assertThat(limits.number("limit")).isEqualTo(Long.MAX_VALUE);
    assertThat(limits.number("least")).isEqualTo(Long.MIN_VALUE);
    assertThat(limits.members().get("limit")).hasToString("18446744073709551615");
  }

  @Property
  void refusesWhatIsNoJsonByItsOwnException(@ForAll @StringLength(max = 40) String text) {
    try {
      Json.parse(text);
      Json.parse("{\"a\":[" + text);
    } catch (MalformedJson e) {
      assertThat(e).hasMessageContaining("not JSON");
    }
  }

  @Example
  void readsEscapesAndNumbers() {
    var read =
        Json.parseObject(
            "{\"a\":\"\\u00e4\\n\\\"\\/\",\"b\":[1,2.5,null,true],\"c\":null,\"d\":-3e2}");
    assertThat(read.string("a")).isEqualTo("ä\n\"/");
    assertThat(read.members().get("b")).isEqualTo(List.of(1L, 2.5, true));
    assertThat(read.has("c")).isFalse();
    assertThat(read.number("d")).isEqualTo(-300);
    assertThatThrownBy(() -> Json.parse("[".repeat(65))).isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> Json.parse("{} x")).isInstanceOf(MalformedJson.class);
  }

  @Property
  void readsSizesInEverySpelling(@ForAll @LongRange(min = 0, max = 1 << 20) long number) {
    for (var spelled : List.of("m", "M", "mb", "MB", "MiB", "mib", " m")) {
      assertThat(SizeText.bytes("-m", number + spelled)).isEqualTo(number << 20);
    }
    assertThat(SizeText.bytes("-m", Long.toString(number))).isEqualTo(number);
    assertThat(SizeText.bytes("-m", number + "b")).isEqualTo(number);
    assertThat(SizeText.bytes("-m", number + ".5k")).isEqualTo(number * 1024 + 512);
  }

  @Property
  void neverBreaksOnASize(@ForAll @StringLength(max = 12) String text) {
    try {
      assertThat(SizeText.bytes("-m", text)).isNotNegative();
    } catch (UsageError e) {
      assertThat(e).hasMessageContaining("-m");
    }
    try {
      assertThat(SizeText.nanoCpus("--cpus", text)).isPositive();
    } catch (UsageError e) {
      assertThat(e).hasMessageContaining("--cpus");
    }
  }

  @Property
  void countsProcessorsInBillionths(@ForAll @IntRange(min = 1, max = 1_000_000) int millis) {
    var text = millis / 1000 + "." + Integer.toString(1000 + millis % 1000).substring(1);
    assertThat(SizeText.nanoCpus("--cpus", text)).isEqualTo(millis * 1_000_000L);
    assertThatThrownBy(() -> SizeText.nanoCpus("--cpus", "0.0000000001"))
        .hasMessageContaining("nine decimals");
  }

  @Property(tries = 100)
  void readsFilesOfVariables(
      @ForAll @Size(max = 5) List<@AlphaChars @NotEmpty String> names,
      @ForAll @StringLength(max = 20) String anything)
      throws IOException {
    var value = anything.replaceAll("\\R|[\ud800-\udfff]", "");
    var file = Files.createTempFile("kctl", ".env");
    try {
      var lines = new ArrayList<String>(List.of("# a comment", "", "  # another"));
      names.forEach(name -> lines.add("  " + name + "=" + value));
      Files.write(file, lines);
      assertThat(EnvFile.environment(List.of(file.toString()), List.of("Z=1"), Map.of()))
          .hasSize(names.size() + 1)
          .containsAll(names.stream().map(name -> name + "=" + value).toList())
          .endsWith("Z=1");
    } finally {
      Files.delete(file);
    }
  }

  @Example
  void takesTheCallersValueOfABareName() throws IOException {
    var file = Files.writeString(Files.createTempFile("kctl", ".env"), "\ufeffKNOWN\nUNKNOWN\n");
    assertThat(
            EnvFile.environment(List.of(file.toString()), List.of("UNKNOWN"), Map.of("KNOWN", "x")))
        .containsExactly("KNOWN=x", "UNKNOWN");
    Files.writeString(file, "a b=c\n");
    assertThatThrownBy(() -> EnvFile.read(file.toString())).hasMessageContaining("'a b' contains");
    Files.delete(file);
    assertThatThrownBy(() -> EnvFile.read(file.toString())).hasMessageContaining("no such file");
    assertThatThrownBy(() -> EnvFile.environment(List.of(), List.of("=x"), Map.of()))
        .hasMessageContaining("no name");
  }

  @Property
  void handsEveryKeyOnThatDoesNotDetach(
      @ForAll @Size(max = 40) List<@IntRange(max = 20) Integer> pressed) {
    var keys = DetachKeys.parse("");
    var passed = ByteBuffer.allocate(100);
    var typed = new ArrayList<Integer>();
    for (int key : pressed) {
      typed.add(key);
      var detached = keys.detaches(ByteBuffer.wrap(new byte[] {(byte) key}), passed);
      var n = typed.size();
      if (n > 1 && typed.get(n - 2) == 16 && key == 17) {
        assertThat(detached).isTrue();
        assertThat(passed.position()).isEqualTo(n - 2);
        return;
      }
      assertThat(detached).isFalse();
      assertThat(passed.position()).isEqualTo(key == 16 ? n - 1 : n);
    }
  }

  @Example
  void readsSequencesOfKeys() {
    assertThat(DetachKeys.parse("ctrl-a,x,ctrl-[")).hasToString("[1, 120, 27]");
    assertThatThrownBy(() -> DetachKeys.parse("ctrl-p,ctrl-1")).hasMessageContaining("ctrl-1");
    assertThatThrownBy(() -> DetachKeys.parse("ä")).isInstanceOf(UsageError.class);
  }
}
