package dev.kctl.image;

import java.util.Optional;
import java.util.Set;

/**
 * What to pull.
 *
 * @param platform the machine's own where the user named none
 * @param auth what the client sent for this registry
 * @param insecureRegistries hosts, with their port where they have one, that may be spoken to in
 *     plain HTTP or without a valid certificate; loopback always may
 * @param trust whose certificates the others may show
 */
public record PullRequest(
    ImageRef ref,
    Optional<Platform> platform,
    Optional<Credentials> auth,
    Set<String> insecureRegistries,
    RegistryTrust trust) {

  /** Copies the set. */
  public PullRequest {
    insecureRegistries = Set.copyOf(insecureRegistries);
  }

  /** A pull for this machine's platform, without credentials, from a registry with TLS. */
  public static PullRequest of(ImageRef ref) {
    return new PullRequest(ref, Optional.empty(), Optional.empty(), Set.of(), RegistryTrust.SYSTEM);
  }
}
