package dev.kctl.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose certificates a registry with TLS may show, and who we are to it.
 *
 * @param bundles files with the machine's authorities; the first that is there counts
 * @param authorities PEM of those that count for this registry besides
 * @param client what is shown to a registry that asks
 */
public record RegistryTrust(List<Path> bundles, List<String> authorities, Optional<Client> client) {
  /** Where the distributions keep what they trust: Debian, Fedora, SUSE, Alpine. */
  public static final List<Path> SYSTEM_BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  /** What the machine trusts, and nothing else. */
  public static final RegistryTrust SYSTEM =
      new RegistryTrust(SYSTEM_BUNDLES, List.of(), Optional.empty());

  /** Copies the lists. */
  public RegistryTrust {
    bundles = List.copyOf(bundles);
    authorities = List.copyOf(authorities);
  }

  /**
   * A client's certificate.
   *
   * @param certificates PEM, the client's own first
   * @param key PEM of its private key, which no message may show
   */
  public record Client(String certificates, String key) {
    @Override
    public String toString() {
      return "a client's certificate";
    }
  }

  /** Whether there is something for this very registry. */
  boolean isOwn() {
    return !authorities.isEmpty() || client.isPresent();
  }
}
