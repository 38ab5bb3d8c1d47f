package dev.kctl.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackingTest {
  @TempDir private Path temp;
  private Path target;
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(stream);

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectory(temp.resolve("target"));
    Files.writeString(temp.resolve("secret"), "mine");
  }

  @Test
  void makesATreeUnderAnotherName() throws IOException {
    directory("src", 0750);
    file("src/a", "text", 0640);
    link("src/b", "a");
    hardLink("src/c", "src/a");
    var result = unpack("dst");
    assertThat(result.bytes()).isEqualTo(4);
    assertThat(target.resolve("dst/a")).hasContent("text");
    assertThat(Files.readSymbolicLink(target.resolve("dst/b"))).isEqualTo(Path.of("a"));
    assertThat(target.resolve("dst/c")).hasContent("text");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("dst"))))
        .isEqualTo("rwxr-x---");
    assertThat(Files.getLastModifiedTime(target.resolve("dst")).toMillis()).isEqualTo(7000);
  }

  @Test
  void unpacksTheContentAloneIntoTheTarget() throws IOException {
    directory("src", 0755);
    file("src/a", "text", 0644);
    unpack("");
    assertThat(target.resolve("a")).hasContent("text");
  }

  @Test
  void dropsSetuidBits() throws IOException {
    file("a", "text", 04755);
    unpack("a");
    assertThat((int) Files.getAttribute(target.resolve("a"), "unix:mode") & 07777).isEqualTo(0755);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "src/../../x", "..", "/../x", "src/.."})
  void refusesNamesThatLeadOut(String name) throws IOException {
    directory("src", 0755);
    file(name, "evil", 0644);
    assertThatThrownBy(() -> unpack("dst"))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("leads out of it");
    assertNothingEscaped();
  }

  @Test
  void refusesToWriteThroughALinkOfItsOwn() throws IOException {
    directory("src", 0755);
    link("src/way", "..");
    file("src/way/x", "evil", 0644);
    assertThatThrownBy(() -> unpack("dst")).hasMessageContaining("not a directory");
    assertNothingEscaped();
  }

  @Test
  void refusesToWriteThroughALinkThatWasThere() throws IOException {
    Files.createDirectory(target.resolve("dst"));
    Files.createSymbolicLink(target.resolve("dst/way"), temp);
    directory("src", 0755);
    file("src/way/x", "evil", 0644);
    assertThatThrownBy(() -> unpack("dst")).hasMessageContaining("not a directory");
    assertNothingEscaped();
  }

  @Test
  void replacesALinkInsteadOfFollowingIt() throws IOException {
    Files.createSymbolicLink(target.resolve("a"), temp.resolve("secret"));
    file("a", "evil", 0644);
    unpack("a");
    assertThat(target.resolve("a")).hasContent("evil").isRegularFile();
    assertThat(Files.isSymbolicLink(target.resolve("a"))).isFalse();
    assertNothingEscaped();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "secret", "src/way/secret", "/etc/passwd", "src/none"})
  void refusesHardLinksToAnythingElse(String existing) throws IOException {
    directory("src", 0755);
    link("src/way", temp.toString());
    hardLink("src/x", existing);
    assertThatThrownBy(() -> unpack("dst")).isInstanceOf(ArchiveException.class);
    assertNothingEscaped();
  }

  @Test
  void refusesAHardLinkToASymbolicOne() throws IOException {
    directory("src", 0755);
    link("src/way", temp.resolve("secret").toString());
    hardLink("src/x", "src/way");
    assertThatThrownBy(() -> unpack("dst")).hasMessageContaining("no file of it");
  }

  @Test
  void refusesASecondRoot() throws IOException {
    directory("src", 0755);
    file("other/x", "evil", 0644);
    assertThatThrownBy(() -> unpack("dst")).hasMessageContaining("outside of its root");
  }

  @Test
  void neverPutsAFileWhereADirectoryIsNorTheOtherWayRound() throws IOException {
    Files.createDirectory(target.resolve("a"));
    file("a", "text", 0644);
    assertThatThrownBy(() -> unpack("a")).hasMessageContaining("cannot replace a directory");
    Files.writeString(target.resolve("b"), "text");
    stream.reset();
    directory("b", 0755);
    assertThatThrownBy(() -> unpack("b")).hasMessageContaining("cannot replace");
  }

  @Test
  void namesWhatItDoesNotMake() throws IOException {
    directory("src", 0755);
    stream.write(device("src/null"));
    assertThat(unpack("dst").skipped()).containsExactly("src/null");
  }

  @Test
  void refusesWhatIsNoArchive() {
    assertThatThrownBy(
            () ->
                Unpacking.unpack(
                    new ByteArrayInputStream("x".repeat(1024).getBytes(StandardCharsets.UTF_8)),
                    target,
                    "a",
                    false))
        .isInstanceOf(ArchiveException.class);
    assertThatThrownBy(
            () ->
                Unpacking.unpack(new ByteArrayInputStream(new byte[700]), target, "a", false)
                    .skipped()
                    .getFirst())
        .isInstanceOf(RuntimeException.class);
  }

  private void assertNothingEscaped() throws IOException {
    try (var files = Files.list(temp)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrder("target", "secret");
    }
    assertThat(temp.resolve("secret")).hasContent("mine");
  }

  private Unpacking.Result unpack(String rootName) throws IOException {
    tar.finish();
    return Unpacking.unpack(
        new ByteArrayInputStream(stream.toByteArray()), target, rootName, false);
  }

  private void directory(String name, int mode) throws IOException {
    tar.directory(entry(name, mode));
  }

  private void file(String name, String text, int mode) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    tar.file(entry(name, mode), bytes.length, new ByteArrayInputStream(bytes));
  }

  private void link(String name, String to) throws IOException {
    tar.link(entry(name, 0777), TarEntry.Kind.SYMBOLIC_LINK, to);
  }

  private void hardLink(String name, String to) throws IOException {
    tar.link(entry(name, 0644), TarEntry.Kind.HARD_LINK, to);
  }

  private static TarEntry entry(String name, int mode) {
    return new TarEntry(name, TarEntry.Kind.OTHER, "", mode, 0, 0, 7, 0);
  }

  /** A header of a character device, which no writer of ours makes. */
  private static byte[] device(String name) throws IOException {
    var one = new ByteArrayOutputStream();
    new TarWriter(one).link(entry(name, 0666), TarEntry.Kind.SYMBOLIC_LINK, "");
    var block = one.toByteArray();
    block[156] = '3';
    var sum = 0;
    for (var i = 0; i < block.length; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    var digits = "%07o".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, block, 148, 7);
    return block;
  }
}
