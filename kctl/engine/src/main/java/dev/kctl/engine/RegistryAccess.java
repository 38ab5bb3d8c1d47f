package dev.kctl.engine;

import dev.kctl.image.CertificateFolders;
import java.util.Set;

/**
 * How registries may be spoken to, besides those on loopback.
 *
 * @param insecure hosts that need no valid TLS
 * @param certificates where there are certificates for single ones
 */
record RegistryAccess(Set<String> insecure, CertificateFolders certificates) {}
