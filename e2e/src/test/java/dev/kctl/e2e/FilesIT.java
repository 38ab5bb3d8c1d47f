package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code cp}, {@code diff} and {@code export}: of containers that run, have ended or never ran. */
class FilesIT extends WithEngine {
  @TempDir private Path directory;

  FilesIT() {
    super("files");
  }

  @ParameterizedTest
  @EnumSource
  void copiesBothWaysOfARunningContainer(Client client) throws IOException {
    succeed(Client.KCTL, "run -d --name box IMAGE sleep 1000");
    copiesBothWays(client);
    assertThat(succeed(client, "exec box busybox ls -ln /work/sent/in/file"))
        .startsWith("-rw-r--r--");
    succeed(Client.KCTL, "rm -f box");
  }

  @ParameterizedTest
  @EnumSource
  void copiesBothWaysOfOneThatNeverRan(Client client) throws IOException {
    succeed(Client.KCTL, "create --name box IMAGE cat sent/in/file");
    copiesBothWays(client);
    assertThat(succeed(client, "start -a box")).isEqualTo("text");
    assertThat(succeed(client, "diff box")).contains("A /work/sent\n");
    assertThat(succeed(client, "cp box:/work/marker -")).contains("from the image");
    succeed(Client.KCTL, "rm -f box");
  }

  private void copiesBothWays(Client client) throws IOException {
    var sent = directory;
    Files.createDirectories(sent.resolve("in"));
    Files.writeString(sent.resolve("in/file"), "text");
    Files.deleteIfExists(sent.resolve("in/link"));
    Files.createSymbolicLink(sent.resolve("in/link"), Path.of("file"));
    succeed(client, "cp --quiet --archive %s/. box:/work/sent".formatted(sent));
    succeed(client, "cp --follow-link box:/work/sent/in/link %s/back".formatted(sent));
    assertThat(sent.resolve("back")).hasContent("text").isRegularFile();
    succeed(client, "cp box:/work/sent/in %s/again".formatted(sent));
    assertThat(sent.resolve("again/link")).isSymbolicLink();
    assertThat(run(client, "cp box:/nowhere %s/x".formatted(sent)).exitCode()).isEqualTo(1);
    assertThat(run(client, "cp %s/in box:/work/marker".formatted(sent)).exitCode()).isEqualTo(1);
  }

  @Test
  void tellsWhatChanged() {
    var script = "echo x >new; rm marker; chmod 700 /etc; mkdir -p /a/b";
    succeed(Client.KCTL, "run --name box IMAGE sh -c '" + script + "'");
    assertThat(same("diff box").stdout().lines().sorted())
        .containsExactly("A /a", "A /a/b", "A /work/new", "C /etc", "C /work", "D /work/marker");
    succeed(Client.KCTL, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void exportsAWholeContainer(Client client) {
    succeed(Client.KCTL, "run --name box IMAGE sh -c 'echo x >new'");
    var file = directory.resolve("export.tar");
    succeed(client, "export --output %s box".formatted(file));
    try (var tar = Started.start(List.of("tar", "tvf", file.toString()), Map.of())) {
      var listed = tar.await();
      assertThat(listed.exitCode()).isZero();
      assertThat(listed.stdout()).contains("work/new").contains("work/marker").contains("bin/sh");
    }
    succeed(Client.KCTL, "rm box");
  }

  @Test
  void aHostileGuestWritesNowhereElse() throws IOException {
    var outside = Files.createDirectory(directory.resolve("outside"));
    var target = Files.createDirectory(directory.resolve("target"));
    // As root in its own machine it can make any names and links there are.
    var script =
        "mkdir -p t/sub; ln -s /etc t/etc; ln -s ../../../../../../tmp t/up; ln -s "
            + outside
            + " t/escape; mkfifo t/fifo; printf x >\"t/$(printf \"\\033[2J\")\"";
    succeed(Client.KCTL, "run --name box IMAGE sh -c '" + script + "'");
    var finished = run(Client.KCTL, "cp box:/work/t/. " + target);
    assertThat(finished.stderr()).doesNotContain("\u001b");
    // A second time through the links that the first one made.
    succeed(Client.KCTL, "rm box");
    var second = "mkdir -p t/escape t/etc; echo evil >t/escape/file; echo evil >t/etc/kctl-evil";
    succeed(Client.KCTL, "run --name box IMAGE sh -c '" + second + "'");
    run(Client.KCTL, "cp box:/work/t/. " + target);
    assertThat(outside).isEmptyDirectory();
    assertThat(Path.of("/etc/kctl-evil")).doesNotExist();
    succeed(Client.KCTL, "rm box");
  }
}
