package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kctl.guest.BootImage;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.BootConfig;
import dev.kctl.guest.proto.Process;
import dev.kctl.image.LayerConverter;
import dev.kctl.image.LayerLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes what guests boot from: by the product's own parts, and the system's cpio, tar and mkfs. */
final class GuestImages {
  static final int HOST_PORT = 1024;
  static final int AGENT_PORT = 1025;

  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final long SCRATCH_BYTES = 64L * 1024 * 1024;

  private final Path directory;

  GuestImages(Path directory) {
    this.directory = directory;
  }

  /** An initramfs whose init is a shell script: a guest without an agent. */
  Path scripted(String script) throws IOException, InterruptedException {
    var tree = Files.createDirectories(directory.resolve("raw"));
    Files.createDirectories(tree.resolve("bin"));
    Files.createDirectories(tree.resolve("dev"));
    Files.copy(BUSYBOX, tree.resolve("bin/busybox"), StandardCopyOption.REPLACE_EXISTING);
    var init = tree.resolve("init");
    Files.writeString(
        init,
        """
        #!/bin/busybox sh
        /bin/busybox mount -t devtmpfs dev /dev
        exec </dev/console >/dev/console 2>&1
        """
            + script);
    Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
    var image = directory.resolve("raw.cpio");
    run(
        tree,
        "find . | cpio -o -H newc --quiet > '%1$s' && truncate -s %%4096 '%1$s'".formatted(image));
    return image;
  }

  /**
   * The product's own: the agent, and a container of {@code layers} disks that runs {@code words}.
   */
  Path container(Token token, int layers, String... words) {
    var config =
        BootConfig.newBuilder()
            .setToken(ByteString.copyFrom(token.bytes()))
            .setHostPort(HOST_PORT)
            .setAgentPort(AGENT_PORT)
            .setScratch("scratch")
            .setHostname("contract")
            .setWallClockNs(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()))
            .setProcess(Process.newBuilder().addAllArgs(List.of(words)).setCwd("/"));
    for (var i = 0; i < layers; i++) {
      config.addLayers("layer" + i);
    }
    var image = directory.resolve("initramfs");
    BootImage.write(Checkout.output("guest/agent.cpio"), config.build(), image);
    return image;
  }

  /** The disks of {@link #container}: busybox is in the lowest, and each has a line of its own. */
  List<Disk> disks(int layers) throws IOException, InterruptedException {
    var disks = new ArrayList<Disk>();
    for (var i = 0; i < layers; i++) {
      disks.add(new Disk(layer(i), "layer" + i, true));
    }
    var scratch = directory.resolve("scratch.ext4");
    run(
        directory,
        "rm -f '%1$s'; truncate -s %2$d '%1$s' && mkfs.ext4 -qF '%1$s'"
            .formatted(scratch, SCRATCH_BYTES));
    disks.add(new Disk(scratch, "scratch", false));
    return disks;
  }

  private Path layer(int number) throws IOException, InterruptedException {
    var tree = Files.createDirectories(directory.resolve("tree" + number));
    Files.writeString(tree.resolve("line" + number), "layer " + number + "\n");
    if (number == 0) {
      Files.createDirectories(tree.resolve("bin"));
      Files.copy(BUSYBOX, tree.resolve("bin/sh"));
      Files.copy(BUSYBOX, tree.resolve("bin/cat"));
    }
    var tar = directory.resolve("layer%d.tar".formatted(number));
    run(tree, "tar --owner=0 --group=0 -cf '%s' .".formatted(tar));
    var image = directory.resolve("layer%d.erofs".formatted(number));
    try (var blob = new BufferedInputStream(Files.newInputStream(tar))) {
      new LayerConverter(LayerLimits.DEFAULT)
          .convert(blob, "application/vnd.oci.image.layer.v1.tar", image, _ -> {});
    }
    return image;
  }

  private static void run(Path directory, String script) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("/bin/sh", "-c", script).directory(directory.toFile()).inheritIO();
    assertThat(process.start().waitFor()).as(script).isZero();
  }
}
