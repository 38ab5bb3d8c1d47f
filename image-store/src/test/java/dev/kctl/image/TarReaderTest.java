package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  private static final String LONG = "long/" + "n".repeat(200);

  @Test
  void readsGnuLongNames() {
    var tar =
        tar()
            .entry("././@LongLink", 'L', e -> e.content = LONG + "\0")
            .file("short", "content")
            .entry("././@LongLink", 'K', e -> e.content = LONG + "\0")
            .link("link", "short");

    assertThat(read(tar).at("/" + LONG).content()).isEqualTo("content");
    assertThat(read(tar).at("/link").links()).isEqualTo(2);
  }

  @Test
  void prefersPaxToGnuToUstar() {
    var tar =
        tar()
            .entry("././@LongLink", 'L', e -> e.content = "gnu\0")
            .entry("ustar", '0', e -> e.pax.put("path", "pax"))
            .entry("././@LongLink", 'L', e -> e.content = "gnu\0")
            .file("ustar", "");

    assertThat(read(tar).nodes()).containsOnlyKeys("/", "/pax", "/gnu");
  }

  @Test
  void readsEveryPaxValueItKnows() {
    var node =
        read(tar()
                .entry(
                    "f",
                    '0',
                    e -> {
                      e.content = "12345";
                      e.size = 0;
                      e.pax.put("size", "5");
                      e.pax.put("uid", "70000");
                      e.pax.put("gid", "70001");
                      e.pax.put("mtime", "1234.0987654321");
                      e.pax.put("uname", "somebody");
                      e.pax.put("comment", "a=b\nc");
                    }))
            .at("/f");

    assertThat(node.content()).isEqualTo("12345");
    assertThat(node.uid()).isEqualTo(70_000);
    assertThat(node.gid()).isEqualTo(70_001);
    assertThat(node.seconds()).isEqualTo(1234);
    assertThat(node.nanos()).isEqualTo(98_765_432);
  }

  @ParameterizedTest
  @CsvSource({"-1.5, 0, 0", "99999999999999999999, 0, 0", "5., 5, 0", "5.000000001, 5, 1"})
  void readsPaxTimes(String text, long seconds, int nanos) {
    var node = read(tar().entry("f", '0', e -> e.pax.put("mtime", text))).at("/f");

    assertThat(node.seconds()).isEqualTo(seconds);
    assertThat(node.nanos()).isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    "uid, 4294967295",
    "uid, -1",
    "gid, x",
    "size, -5",
    "mtime, 1.x",
    "mtime, soon",
    "path, a\0b"
  })
  void refusesPaxValuesOutOfRange(String key, String value) {
    refuses(tar().entry("f", '0', e -> e.pax.put(key, value)).bytes(), MalformedLayer.class, key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "5 a=b\n", "99 a=b\n", "6 ab=c\n", "3 \n", "5 =b\n", "6 a=b\n\n", "6 abc\n"})
  void refusesBrokenPaxRecords(String records) {
    var tar = tar().entry("pax", 'x', e -> e.content = records).file("f", "");

    refuses(tar.bytes(), MalformedLayer.class, "layer entry pax: pax record");
  }

  @Test
  void ignoresGlobalPaxHeaders() {
    var tar =
        tar()
            .entry("g", 'g', e -> e.content = TarBuilder.record("path", "forged"))
            .file("f", "")
            .entry("g", 'g', e -> e.content = "not even records");

    assertThat(read(tar).nodes()).containsOnlyKeys("/", "/f");
  }

  @Test
  void capsTheBodyOfAHeader() {
    for (var type : new char[] {'x', 'g', 'L', 'K'}) {
      refuses(
          tar().entry("big", type, e -> e.size = (1 << 20) + 1).bytes(),
          MalformedLayer.class,
          "layer entry big: header of 1048577 bytes");
    }
  }

  @Test
  void readsNumbersInBase256() {
    var node =
        read(tar()
                .entry(
                    "f",
                    '0',
                    e -> {
                      e.uid = 3_000_000_000L;
                      e.modified = 1L << 33;
                    }))
            .at("/f");

    assertThat(node.uid()).isEqualTo((int) 3_000_000_000L);
    assertThat(node.seconds()).isEqualTo(1L << 33);
    refuses(tar().entry("f", '0', e -> e.uid = -1).bytes(), MalformedLayer.class, "uid -1");
    refuses(
        tar().entry("f", '0', e -> e.last = b -> TarBuilder.number(b, 124, 12, -2)).bytes(),
        MalformedLayer.class,
        "negative size");
    refuses(
        tar()
            .entry(
                "f",
                '0',
                e ->
                    e.last =
                        b -> {
                          Arrays.fill(b, 124, 136, (byte) 0x7f);
                          b[124] = (byte) 0xbf;
                        })
            .bytes(),
        MalformedLayer.class,
        "out of range: size");
  }

  @Test
  void readsNumbersWithSpaces() {
    var tar = tar().entry("f", '0', e -> e.last = b -> TarBuilder.put(b, 108, 8, "   17 \0\0"));

    assertThat(read(tar).at("/f").uid()).isEqualTo(017);
    refuses(
        tar().entry("f", '0', e -> e.last = b -> TarBuilder.put(b, 108, 8, "0000019\0")).bytes(),
        MalformedLayer.class,
        "layer entry f: tar header field is not a number: uid");
  }

  @Test
  void joinsTheUstarPrefix() {
    var tar = tar().entry("name", '0', e -> e.last = b -> TarBuilder.put(b, 345, 155, "a/b"));
    var gnu =
        tar()
            .entry(
                "name",
                '0',
                e -> {
                  e.gnu = true;
                  e.last = b -> TarBuilder.put(b, 345, 155, "0123");
                });

    assertThat(read(tar).nodes()).containsKey("/a/b/name");
    assertThat(read(gnu).nodes()).containsKey("/name");
  }

  @Test
  void takesAnAncientFileWithASlashForADirectory() {
    assertThat(read(tar().entry("d/", '\0', _ -> {})).at("/d").isDirectory()).isTrue();
    assertThat(read(tar().entry("f", '7', e -> e.content = "x")).at("/f").content()).isEqualTo("x");
  }

  @Test
  void takesNoContentFromWhatHasNone() {
    for (var type : new char[] {'2', '3', '5', '6'}) {
      var tar =
          tar()
              .entry(
                  "n",
                  type,
                  e -> {
                    e.size = 512;
                    e.link = "target";
                    e.major = 1;
                  })
              .file("f", "next");

      assertThat(read(tar).at("/f").content()).isEqualTo("next");
    }
  }

  @Test
  void refusesUnknownTypes() {
    refuses(tar().entry("v", 'V', _ -> {}).bytes(), MalformedLayer.class, "type 0x56");
  }

  @Test
  void checksTheChecksumOfEveryHeader() {
    var tar = tar().file("f", "").bytes();
    tar[0] ^= 1;

    refuses(tar, MalformedLayer.class, "layer entry g: tar header checksum does not match");
  }

  @Test
  void acceptsTheSignedChecksumOfAncientTars() {
    var tar = tar().file("\u00ff", "").bytes();
    var sum = 0;
    for (var i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : tar[i];
    }
    TarBuilder.put(tar, 148, 8, String.format("%06o\0 ", sum));

    assertThat(TestLayer.of(tar, LayerLimits.DEFAULT).nodes()).containsKey("/\u00ff");
  }

  @Test
  void endsAtItsMarkOrAtTheEndOfTheStream() {
    var whole = tar().file("f", "content");

    assertThat(names(whole.bytes())).isEqualTo("[/, /f]");
    assertThat(names(whole.unfinished())).isEqualTo("[/, /f]");
    assertThat(names(Arrays.copyOf(whole.bytes(), whole.unfinished().length + 512)))
        .isEqualTo("[/, /f]");
    assertThat(names(tar().raw(whole.bytes()).raw(new byte[] {1, 2, 3}).unfinished()))
        .isEqualTo("[/, /f]");
    assertThat(names(new byte[0])).isEqualTo("[/]");
    refuses(tar().raw(new byte[512]).file("f", "").bytes(), MalformedLayer.class, "block of zeros");
  }

  @Test
  void tellsWhereATarIsCut() {
    var whole = tar().file("f", "c".repeat(1000)).unfinished();

    refuses(Arrays.copyOf(whole, 511), TruncatedLayer.class, "in the middle of a header");
    refuses(Arrays.copyOf(whole, 700), TruncatedLayer.class, "layer entry f: the tar ends");
    refuses(Arrays.copyOf(whole, whole.length - 1), TruncatedLayer.class, "layer entry f");
    refuses(
        tar().entry("pax", 'x', e -> e.content = TarBuilder.record("uid", "1")).unfinished(),
        MalformedLayer.class,
        "belongs to no entry");
  }

  private static TarBuilder tar() {
    return new TarBuilder();
  }

  private static ErofsImage read(TarBuilder tar) {
    return TestLayer.of(tar);
  }

  private static String names(byte[] tar) {
    return TestLayer.of(tar, LayerLimits.DEFAULT).nodes().keySet().toString();
  }

  private static void refuses(byte[] tar, Class<? extends ImageException> type, String message) {
    assertThatThrownBy(() -> TestLayer.of(tar, LayerLimits.DEFAULT))
        .isExactlyInstanceOf(type)
        .hasMessageContaining(message);
  }
}
