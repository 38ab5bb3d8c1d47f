package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.BootConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Read back by the system's own cpio. */
class BootImagePropertyTest {
  @Property(tries = 40)
  void theConfigurationIsReadBackWhole(
      @ForAll @Size(max = 3000) @ByteRange(min = Byte.MIN_VALUE) byte[] token,
      @ForAll @IntRange(max = 9000) int agentSize)
      throws IOException, InterruptedException {
    var directory = Files.createTempDirectory("boot-image");
    try {
      var config = BootConfig.newBuilder().setToken(ByteString.copyFrom(token)).build();
      var agent = Files.write(directory.resolve("agent.cpio"), new byte[agentSize]);
      var image = directory.resolve("initramfs");

      BootImage.write(agent, config, image);

      var ours = Math.ceilDiv(agentSize, CpioWriter.BLOCK);
      assertThat(Files.size(image) % BootImage.PAGE).isZero();
      assertThat(cpio(image, ours, directory, "-it")).asString().isEqualTo("kctl\nkctl/boot\n");
      assertThat(cpio(image, ours, directory, "-i", "--to-stdout", "kctl/boot"))
          .isEqualTo(config.toByteArray());
    } finally {
      delete(directory);
    }
  }

  @Property(tries = 5)
  void nobodyElseMayReadTheImage(@ForAll @IntRange(max = 100) int agentSize) throws IOException {
    var directory = Files.createTempDirectory("boot-image");
    try {
      var agent = Files.write(directory.resolve("agent.cpio"), new byte[agentSize]);
      var image = directory.resolve("initramfs");
      Files.writeString(image, "an older one");

      BootImage.write(agent, BootConfig.getDefaultInstance(), image);

      assertThat(Files.getAttribute(image, "unix:mode")).isEqualTo(0100600);
    } finally {
      delete(directory);
    }
  }

  private static byte[] cpio(Path image, int skip, Path directory, String... options)
      throws IOException, InterruptedException {
    var tail = directory.resolve("tail");
    var bytes = Files.readAllBytes(image);
    var from = skip * CpioWriter.BLOCK;
    Files.write(tail, Arrays.copyOfRange(bytes, from, bytes.length));
    var command = new ArrayList<>(List.of("cpio", "--quiet"));
    command.addAll(List.of(options));
    var process =
        new ProcessBuilder(command)
            .redirectInput(tail.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return out;
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
