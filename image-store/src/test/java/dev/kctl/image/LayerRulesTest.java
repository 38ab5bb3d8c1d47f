package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule table of docs/layers.md, row by row. */
class LayerRulesTest {
  private static final Map.Entry<String, String> OPAQUE = entry("trusted.overlay.opaque", "y");
  private static final Map.Entry<String, String> ORIGIN = entry("trusted.overlay.origin", "");

  @Test
  void keepsWhatTheTarSaysOfAFile() {
    var image =
        image(
            tar()
                .entry(
                    "f",
                    '0',
                    e -> {
                      e.content = "hello";
                      e.mode = 04755;
                      e.uid = 1_000_000;
                      e.gid = 0xffff_fffeL;
                      e.modified = 1_234_567_890;
                    }));

    var file = image.at("/f");
    assertThat(file.content()).isEqualTo("hello");
    assertThat(file.mode()).isEqualTo(0104755);
    assertThat(file.uid()).isEqualTo(1_000_000);
    assertThat(file.gid()).isEqualTo(-2);
    assertThat(file.seconds()).isEqualTo(1_234_567_890);
    assertThat(file.links()).isEqualTo(1);
  }

  @Test
  void makesAWhiteoutACharacterDeviceAndMarksItsDirectory() {
    var image = image(tar().directory("etc").file("etc/.wh.motd", ""));

    assertThat(image.nodes()).containsOnlyKeys("/", "/etc", "/etc/motd");
    assertThat(image.at("/etc/motd").isWhiteout()).isTrue();
    assertThat(image.at("/etc").xattrs()).containsExactly(ORIGIN);
    assertThat(image.at("/").xattrs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void letsAFileOfTheSameLayerWinOverItsWhiteoutInAnyOrder(boolean whiteoutFirst) {
    var tar = tar();
    if (whiteoutFirst) {
      tar.file(".wh.f", "");
    }
    tar.file("f", "new");
    if (!whiteoutFirst) {
      tar.file(".wh.f", "");
    }

    assertThat(image(tar).at("/f").content()).isEqualTo("new");
    assertThat(image(tar).at("/").xattrs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void makesADirectoryOpaqueThatTheSameLayerWhitesOutInAnyOrder(boolean whiteoutFirst) {
    var tar = tar();
    if (whiteoutFirst) {
      tar.file(".wh.d", "");
    }
    tar.file("d/f", "new");
    if (!whiteoutFirst) {
      tar.file(".wh.d", "");
    }

    assertThat(image(tar).nodes()).containsOnlyKeys("/", "/d", "/d/f");
    assertThat(image(tar).at("/d").xattrs()).containsExactly(OPAQUE);
  }

  @Test
  void keepsEntriesBeforeAndAfterAnOpaqueMark() {
    var image = image(tar().file("d/a", "").file("d/.wh..wh..opq", "").file("d/b", ""));

    assertThat(image.nodes()).containsOnlyKeys("/", "/d", "/d/a", "/d/b");
    assertThat(image.at("/d").xattrs()).containsExactly(OPAQUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh.."})
  void refusesAWhiteoutOfNothing(String name) {
    refuses(tar().file(name, ""), "whiteout of nothing");
  }

  @Test
  void leavesOutWhatAufsKeptForItself() {
    var image = image(tar().file(".wh..wh.aufs", "x").file(".wh..wh.plnk/1.2", "x").file("f", ""));

    assertThat(image.nodes()).containsOnlyKeys("/", "/f");
  }

  @Test
  void dropsForgedOverlayAttributesAndUnknownOnes() {
    var image =
        image(
            tar()
                .entry(
                    "d",
                    '5',
                    e -> {
                      e.xattr("trusted.overlay.opaque", "y");
                      e.xattr("user.overlay.whiteout", "y");
                      e.xattr("system.nfs4_acl", "x");
                      e.xattr("user.", "nameless");
                      e.xattr("user.kept", "a\0b");
                      e.xattr("trusted.kept", "t");
                      e.xattr("security.capability", "\1\0\0\2");
                      e.xattr("system.posix_acl_access", "\2\0\0\0");
                      e.xattr("system.posix_acl_default", "\2\0\0\0");
                    }));

    assertThat(image.at("/d").xattrs())
        .containsOnly(
            entry("user.kept", "a\0b"),
            entry("trusted.kept", "t"),
            entry("security.capability", "\1\0\0\2"),
            entry("system.posix_acl_access", "\2\0\0\0"),
            entry("system.posix_acl_default", "\2\0\0\0"));
  }

  @Test
  void keepsAttributesUpToWhatTheKernelTakes() {
    var image =
        image(
            tar()
                .entry("f", '0', e -> e.xattr("user.big", "v".repeat(65_535)))
                .entry("d", '5', e -> e.xattr("user.big", "v".repeat(60_000)))
                .file("d/.wh.x", "")
                .entry(
                    "l",
                    '2',
                    e -> {
                      e.link = "target";
                      e.xattr("trusted.big", "v".repeat(5_000));
                    }));

    assertThat(image.at("/f").xattrs().get("user.big")).hasSize(65_535);
    assertThat(image.at("/d").xattrs()).containsKeys("user.big", "trusted.overlay.origin");
    assertThat(image.at("/l").content()).isEqualTo("target");
    refuses(tar().entry("f", '0', e -> e.xattr("user.x", "v".repeat(65_536))), "user.x of 65536");
    refuses(
        tar().entry("f", '0', e -> e.xattr("user." + "n".repeat(256), "")), "more than 255 bytes");
    refuses(
        tar()
            .entry(
                "f",
                '0',
                e -> {
                  for (var i = 0; i < 5; i++) {
                    e.xattr("user." + i, "v".repeat(60_000));
                  }
                }),
        "extended attributes of more than");
  }

  @Test
  void refusesADeviceThatWouldBeAWhiteout() {
    refuses(tar().device("gone", '3', 0, 0), "0:0");
  }

  @Test
  void keepsDevicesAndFifos() {
    var image =
        image(
            tar()
                .device("null", '3', 1, 3)
                .device("disk", '4', 259, 70_000)
                .device("blank", '4', 0, 0)
                .entry("pipe", '6', _ -> {}));

    assertThat(image.at("/null").device()).isEqualTo((1 << 8) | 3);
    assertThat(image.at("/disk").device())
        .isEqualTo((70_000 & 0xff) | (259 << 8) | ((70_000 & ~0xff) << 12));
    assertThat(image.at("/blank").mode() & 0170000).isEqualTo(0060000);
    assertThat(image.at("/pipe").mode() & 0170000).isEqualTo(0010000);
    refuses(tar().device("far", '4', 4096, 0), "no such device number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../f", "/..", "a/../../f", "./../f"})
  void refusesNamesThatLeadOut(String name) {
    refuses(tar().file(name, ""), "leads out of the layer");
  }

  @ParameterizedTest
  @CsvSource({"/a/b", "./a/b", "a//b", "//a/./b", "x/../a/b", "a/x/../b"})
  void cleansNames(String name) {
    assertThat(image(tar().file(name, "content")).nodes()).containsOnlyKeys("/", "/a", "/a/b");
  }

  @Test
  void describesTheRootByItsOwnEntry() {
    var image = image(tar().entry("./", '5', e -> e.mode = 01777));

    assertThat(image.at("/").mode()).isEqualTo(0041777);
    assertThat(image(tar()).at("/").mode()).isEqualTo(0040755);
    refuses(tar().file("./", ""), "root can only be a directory");
  }

  @ParameterizedTest
  @CsvSource({
    "usr/lib, lib/f, /usr/lib/f",
    "/usr/lib, lib/f, /usr/lib/f",
    "../../usr/./lib, lib/f, /usr/lib/f",
    "usr, lib/lib/f, /usr/lib/f",
    "nowhere, lib/f, /nowhere/f"
  })
  void followsSymlinksOnTheWayInsideTheLayer(String target, String name, String real) {
    var image = image(tar().directory("usr/lib").symlink("lib", target).file(name, "content"));

    assertThat(image.at(real).content()).isEqualTo("content");
    assertThat(image.at("/lib").content()).isEqualTo(target);
  }

  @Test
  void givesUpAfterFortySymlinks() {
    refuses(tar().symlink("a", "b").symlink("b", "a").file("a/f", ""), "40 symlinks");
    refuses(tar().symlink("a", "a").link("h", "a/f"), "40 symlinks");
  }

  @Test
  void doesNotFollowASymlinkAtTheEndOfAPath() {
    var image = image(tar().file("real", "old").symlink("f", "real").file("f", "new"));

    assertThat(image.at("/real").content()).isEqualTo("old");
    assertThat(image.at("/f").content()).isEqualTo("new");
  }

  @Test
  void refusesAFileAsParent() {
    refuses(tar().file("f", "").file("f/g", ""), "f on the way is not a directory");
  }

  @Test
  void makesMissingParents() {
    var image = image(tar().file("a/b/c", ""));

    assertThat(image.at("/a/b").mode()).isEqualTo(0040755);
    assertThat(image.at("/a/b").seconds()).isZero();
    assertThat(image.at("/a").links()).isEqualTo(3);
  }

  @Test
  void letsTheLastEntryOfANameWin() {
    var image =
        image(
            tar()
                .file("f", "old")
                .symlink("f", "x")
                .file("f", "new")
                .file("d/gone", "")
                .file("d", "now a file"));

    assertThat(image.nodes()).containsOnlyKeys("/", "/d", "/f");
    assertThat(image.at("/f").content()).isEqualTo("new");
    assertThat(image.at("/d").content()).isEqualTo("now a file");
  }

  @Test
  void mergesADirectoryNamedTwice() {
    var image = image(tar().file("d/f", "").entry("d", '5', e -> e.mode = 0700));

    assertThat(image.nodes()).containsOnlyKeys("/", "/d", "/d/f");
    assertThat(image.at("/d").mode()).isEqualTo(0040700);
  }

  @Test
  void sharesTheInodeOfHardLinks() {
    var image =
        image(
            tar()
                .file("d/f", "content")
                .symlink("to-d", "d")
                .link("g", "/to-d/f")
                .symlink("s", "x")
                .link("t", "./s"));

    assertThat(image.at("/g")).isEqualTo(image.at("/d/f"));
    assertThat(image.at("/g").links()).isEqualTo(2);
    assertThat(image.at("/t").content()).isEqualTo("x");
    assertThat(image.at("/t").nid()).isEqualTo(image.at("/s").nid());
  }

  @Test
  void countsLinksAtTheEnd() {
    var image = image(tar().file("f", "old").link("g", "f").file("f", "new").link("g", "g"));

    assertThat(image.at("/g").content()).isEqualTo("old");
    assertThat(image.at("/g").links()).isEqualTo(1);
  }

  @Test
  void refusesHardLinksToWhatIsNotInTheLayerOrIsADirectory() {
    refuses(tar().link("g", "usr/f"), "layer entry g: hard link to usr/f, not in this layer");
    refuses(tar().directory("d").link("g", "d"), "hard link to the directory d");
    refuses(tar().link("g", "/"), "hard link to the directory /");
    refuses(tar().file("f", "").link("g", "../f"), "leads out");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "-86400, 0", "9223372036, 9223372036", "9223372037, 0"})
  void clampsTimesAsDockerDoes(long modified, long kept) {
    assertThat(image(tar().entry("f", '0', e -> e.modified = modified)).at("/f").seconds())
        .isEqualTo(kept);
  }

  @Test
  void keepsNamesThatAreNotText() {
    var name = "\u00ff\u0080!\u0001";

    assertThat(image(tar().file(name, "").file("!x", "").file("-y", "")).nodes())
        .containsOnlyKeys("/", "/" + name, "/!x", "/-y");
  }

  @Test
  void keepsDirectoriesOfEverySize() {
    for (var entries : new int[] {1, 200, 290, 300, 1000}) {
      var tar = tar();
      for (var i = 0; i < entries; i++) {
        tar.file("d/" + "n".repeat(i % 200) + i, "");
      }

      assertThat(image(tar).nodes()).hasSize(entries + 2);
    }
  }

  @Test
  void refusesNamesAndTargetsTheKernelCannotHold() {
    assertThat(image(tar().file("n".repeat(255), "")).nodes()).hasSize(2);
    refuses(tar().file("n".repeat(256), ""), "name of more than 255 bytes");
    refuses(tar().file("n/".repeat(2049), ""), "path of more than 4096 bytes");
    assertThat(image(tar().symlink("l", "t".repeat(4095))).at("/l").content()).hasSize(4095);
    refuses(tar().symlink("l", "t".repeat(4096)), "symlink target of 4096 bytes");
    refuses(tar().symlink("l", ""), "symlink target of 0 bytes");
    refuses(tar().symlink("l", "t".repeat(300)).file("l/f", ""), "more than 255 bytes");
  }

  @Test
  void escapesWhatItQuotes() {
    refuses(tar().link("\u001b[2J\n", "x"), "layer entry \\u001b[2J\\u000a: hard link");
  }

  private static TarBuilder tar() {
    return new TarBuilder();
  }

  private static ErofsImage image(TarBuilder tar) {
    return TestLayer.of(tar);
  }

  private static void refuses(TarBuilder tar, String message) {
    assertThatThrownBy(() -> TestLayer.of(tar))
        .isInstanceOf(MalformedLayer.class)
        .hasMessageContaining(message);
  }
}
