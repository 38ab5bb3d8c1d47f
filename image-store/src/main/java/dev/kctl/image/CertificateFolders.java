package dev.kctl.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Folders with certificates for single registries, as Docker has them: in {@code HOST:PORT/} each
 * {@code *.crt} is an authority, {@code *.cert} with a {@code *.key} of the same name a client's.
 */
public final class CertificateFolders {
  private static final String CLIENT = ".cert";

  private final List<Path> folders;
  private final List<Path> bundles;

  /** The folders are looked into at each pull. */
  public CertificateFolders(List<Path> folders) {
    this(folders, RegistryTrust.SYSTEM_BUNDLES);
  }

  CertificateFolders(List<Path> folders, List<Path> bundles) {
    this.folders = List.copyOf(folders);
    this.bundles = List.copyOf(bundles);
  }

  /**
   * What there is for a registry.
   *
   * @throws InvalidCertificate naming a file that cannot be used
   */
  public RegistryTrust of(ImageRef ref) {
    var authorities = new ArrayList<String>();
    var client = Optional.<RegistryTrust.Client>empty();
    for (var folder : folders) {
      for (var file : files(folder.resolve(ref.registry()))) {
        var name = file.toString();
        if (name.endsWith(".crt")) {
          authorities.add(text(file));
        } else if (name.endsWith(CLIENT)) {
          var stem = name.substring(0, name.length() - CLIENT.length());
          client = Optional.of(new RegistryTrust.Client(text(file), text(Path.of(stem + ".key"))));
        }
      }
    }
    return new RegistryTrust(bundles, authorities, client);
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw InvalidCertificate.of(folder.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      var text = Files.readString(file, StandardCharsets.ISO_8859_1);
      if (!text.contains("-----BEGIN ")) {
        throw InvalidCertificate.of(file.toString(), "is not PEM", null);
      }
      return text;
    } catch (IOException e) {
      throw InvalidCertificate.of(file.toString(), "cannot be read: " + e, e);
    }
  }
}
