package dev.kctl.image;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/** A registry without valid TLS that is neither on loopback nor configured as insecure. */
public final class InsecureRegistryRefused extends ImageException {
  private static final String FOLDER = "/etc/docker/certs.d/";

  InsecureRegistryRefused(String message) {
    super(message);
  }

  private InsecureRegistryRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static InsecureRegistryRefused of(String registry, @Nullable Throwable cause) {
    return new InsecureRegistryRefused(
        "registry "
            + registry
            + " "
            + reason(registry, cause)
            + "; to use it all the same add it to \"insecure-registries\" in kctl's config.json",
        cause);
  }

  /** What the JVM says in the depth of its exceptions, in words that tell what to do. */
  private static String reason(String registry, @Nullable Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      var message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return "shows a certificate that is not valid now ("
            + Printable.line(message, 80)
            + "): have it renewed";
      }
      if (cause instanceof CertPathBuilderException) {
        return "shows a certificate of an authority that this machine does not trust: put the"
            + " authority's certificate into "
            + FOLDER
            + registry
            + "/ca.crt";
      }
      if (message.startsWith("No subject alternative") || message.startsWith("No name matching")) {
        return "shows a certificate that is made for another name: use the name it is made for";
      }
      if (message.contains("certificate_required") || message.contains("bad_certificate")) {
        return "wants a client's certificate: put client.cert and client.key into "
            + FOLDER
            + registry;
      }
    }
    return "does not speak TLS with a certificate this machine trusts";
  }
}
