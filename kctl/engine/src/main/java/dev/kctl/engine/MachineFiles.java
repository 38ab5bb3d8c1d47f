package dev.kctl.engine;

import dev.kctl.guest.BootImage;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.BootConfig;
import dev.kctl.vmm.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a container's machine finds on the host's disk: its disks, its boot image, its token. */
final class MachineFiles {
  private final Installation installation;
  private final ScratchDisks scratch;

  MachineFiles(Installation installation, ScratchDisks scratch) {
    this.installation = installation;
    this.scratch = scratch;
  }

  /** A disk is kept from run to run; only a new container gets an empty one. */
  void makeDisk(ContainerSpec spec, ContainerDirectory files, Trace trace) throws IOException {
    try (var _ = trace.begin("scratch disk")) {
      if (!Files.exists(files.scratch())) {
        scratch.create(files.scratch(), !spec.autoRemove());
      }
    }
  }

  void makeBootImage(ContainerDirectory files, BootConfig config, Token token, Trace trace)
      throws IOException {
    try (var _ = trace.begin("boot image")) {
      BootImage.write(installation.agent(), config, bootImage(files));
      DurableFiles.replaceQuickly(
          tokenFile(files), token.hex().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** The layers, the base first, and the scratch disk. */
  List<Disk> disks(ContainerSpec spec, ContainerDirectory files) {
    var disks = new ArrayList<Disk>();
    for (var i = 0; i < spec.layers().size(); i++) {
      var layer = installation.root().resolve(spec.layers().get(i));
      disks.add(new Disk(layer, BootConfigs.layerSerial(i), true));
    }
    disks.add(new Disk(files.scratch(), BootConfigs.SCRATCH, false));
    return disks;
  }

  static Path bootImage(ContainerDirectory files) {
    return files.machine().resolve("boot.cpio");
  }

  static Path console(ContainerDirectory files) {
    return files.machine().resolve("console.log");
  }

  /** The token that was written for the next engine. */
  static Token token(ContainerDirectory files) throws IOException {
    return Token.parse(Files.readString(tokenFile(files)).strip());
  }

  private static Path tokenFile(ContainerDirectory files) {
    return files.machine().resolve("token");
  }
}
