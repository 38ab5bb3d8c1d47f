package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker that a hostile layer has taken over may try: the store believes nothing. */
class HostileWorkerTest {
  private static final SampleLayer LAYER = new SampleLayer().file("a", "a");
  private static final SampleImage IMAGE = SampleImage.of(LAYER);
  private static final byte[] MANIFEST = SampleImage.bytes(IMAGE.manifest());
  private static final String DONE =
      new ImportMessage.Done(Digest.of(MANIFEST), Digest.of(MANIFEST)).toLine();

  @TempDir Path directory;
  private Path root;
  private Path outside;

  @BeforeEach
  void start() throws IOException {
    root = directory.resolve("root");
    outside = Files.writeString(directory.resolve("outside"), "the host's");
  }

  /** What the worker leaves in its directory. */
  @FunctionalInterface
  private interface Mischief {
    void in(Path directory) throws IOException;
  }

  private Image pull(Mischief mischief, String... lines) {
    var store = ImageStore.open(root, new Hostile(mischief, lines));
    return store.pull(PullRequest.of(ImageRef.parse("localhost:1/app")), _ -> {});
  }

  private void isRefused(String why, Mischief mischief, String... lines) throws IOException {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> pull(mischief, lines))
        .withMessageContaining(why)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
    assertThat(ImageStore.open(root, new Hostile(_ -> {})).list()).isEmpty();
    assertThat(outside).hasContent("the host's");
    try (var ingests = Files.list(root.resolve("ingest"))) {
      assertThat(ingests).isEmpty();
    }
  }

  private static void honest(Path into) throws IOException {
    Files.write(into.resolve(Digest.of(MANIFEST).hex() + ".blob"), MANIFEST);
    Files.write(into.resolve(Digest.of(IMAGE.config()).hex() + ".blob"), IMAGE.config());
    Files.write(blob(into), LAYER.blob());
    Files.write(into.resolve(LAYER.diffId().hex() + ".erofs"), new byte[4096]);
  }

  private static Path blob(Path into) {
    return into.resolve(Digest.of(LAYER.blob()).hex() + ".blob");
  }

  @Test
  void takesWhatAnHonestOneLeaves() {
    assertThat(pull(HostileWorkerTest::honest, DONE).layers()).hasSize(1);
  }

  @Test
  void takesNothingThatTheManifestDoesNotName() throws IOException {
    pull(
        into -> {
          honest(into);
          Files.writeString(into.resolve("0".repeat(64) + ".blob"), "more");
        },
        DONE);
    try (var blobs = Files.list(root.resolve("blobs/sha256"))) {
      assertThat(blobs).hasSize(3);
    }
  }

  @Test
  void followsNoLinkOutOfTheDirectory() throws IOException {
    isRefused(
        "no regular file",
        into -> {
          honest(into);
          Files.delete(blob(into));
          Files.createSymbolicLink(blob(into), outside);
        },
        DONE);
  }

  @Test
  void takesNoFileThatHasAnotherNameElsewhere() throws IOException {
    isRefused(
        "has 2 links",
        into -> {
          honest(into);
          Files.createLink(directory.resolve("second-name"), blob(into));
        },
        DONE);
  }

  @Test
  void takesNoDirectoryForAFile() throws IOException {
    isRefused(
        "no regular file",
        into -> {
          honest(into);
          Files.delete(blob(into));
          Files.createDirectory(blob(into));
        },
        DONE);
  }

  @Test
  void hashesManifestsItself() throws IOException {
    isRefused(
        "has digest",
        into -> {
          honest(into);
          Files.writeString(into.resolve(Digest.of(MANIFEST).hex() + ".blob"), "{}");
        },
        DONE);
  }

  @Test
  void takesNoBlobOfAnotherSize() throws IOException {
    isRefused(
        "bytes, not",
        into -> {
          honest(into);
          Files.writeString(blob(into), "short");
        },
        DONE);
  }

  @Test
  void namesAWorkerThatSaysWhatItMustNot() throws IOException {
    isRefused("it said 'nonsense", _ -> {}, "nonsense\u001b[2J");
    isRefused("it said '{\"type\"", _ -> {}, "{\"type\":\"done\",\"root\":\"../../etc\"}");
    isRefused("a line is longer", _ -> {}, "x".repeat(LineChannel.LONGEST + 1));
  }

  @Test
  void keepsAFailuresTextToOneLine() throws IOException {
    isRefused(
        "first second",
        _ -> {},
        "{\"type\":\"failed\",\"kind\":\"NotAManifest\",\"message\":\"first\\nsecond\"}");
  }

  @Test
  void namesAWorkerThatEndsTooSoon() throws IOException {
    isRefused("it died: its last words", _ -> {});
  }

  /** A thread that behaves as the worker process would. */
  private static final class Hostile implements ImportWorkers {
    private final Mischief mischief;
    private final String[] lines;

    Hostile(Mischief mischief, String... lines) {
      this.mischief = mischief;
      this.lines = lines;
    }

    @Override
    public Path socketDirectory() {
      return Path.of(System.getProperty("java.io.tmpdir"));
    }

    @Override
    public Optional<Owner> owner() {
      return Optional.empty();
    }

    @Override
    public Running start(Launch launch) {
      var thread = Thread.ofPlatform().start(() -> misbehave(launch));
      return new Running() {
        @Override
        public boolean alive() {
          return thread.isAlive();
        }

        @Override
        public String lastWords() {
          return "its last words";
        }

        @Override
        public void close() {
          thread.interrupt();
        }
      };
    }

    private void misbehave(Launch launch) {
      try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(launch.socket()));
        var store = new LineChannel(channel);
        var request = store.readLine();
        assertThat(request).contains("localhost:1/app");
        mischief.in(launch.directory());
        for (var line : lines) {
          store.writeLine(line);
        }
      } catch (IOException _) {
        // The store hung up, as it may.
      }
    }
  }
}
