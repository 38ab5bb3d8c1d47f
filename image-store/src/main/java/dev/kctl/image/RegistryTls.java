package dev.kctl.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS as a registry is to be spoken to. Jib takes no trust store and no key, but its sockets come
 * from the JVM's default context: the worker, which lives for one image, makes this that default.
 */
final class RegistryTls {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]*)-----END");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = {};

  private RegistryTls() {}

  /**
   * Makes the context.
   *
   * @throws InvalidCertificate where a certificate or key of the registry's own cannot be read
   */
  static SSLContext of(RegistryTrust trust) {
    try {
      var store = emptyStore();
      for (var authority : machines(trust)) {
        store.setCertificateEntry(Integer.toString(store.size()), authority);
      }
      for (var pem : trust.authorities()) {
        for (var authority : certificates(pem)) {
          store.setCertificateEntry(Integer.toString(store.size()), authority);
        }
      }
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(keys(trust), managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("a store in memory and the JDK's own algorithms are there", e);
    }
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** The machine's authorities; the JDK's own where no bundle is there. */
  private static List<Certificate> machines(RegistryTrust trust) throws GeneralSecurityException {
    for (var bundle : trust.bundles()) {
      if (Files.isReadable(bundle)) {
        return lenient(bundle);
      }
    }
    var jdks = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    jdks.init((KeyStore) null);
    var all = new ArrayList<Certificate>();
    for (TrustManager manager : jdks.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        all.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return all;
  }

  /** A bundle may hold authorities that Java cannot read; they are then not trusted. */
  private static List<Certificate> lenient(java.nio.file.Path bundle)
      throws GeneralSecurityException {
    var all = new ArrayList<Certificate>();
    var factory = CertificateFactory.getInstance("X.509");
    try {
      var blocks = CERTIFICATE.matcher(Files.readString(bundle, StandardCharsets.ISO_8859_1));
      while (blocks.find()) {
        try {
          all.add(certificate(factory, blocks.group(1)));
        } catch (CertificateException | IllegalArgumentException _) {
          // Whoever shows a certificate of this authority will be refused, naming it.
        }
      }
    } catch (IOException e) {
      throw InvalidCertificate.of(bundle.toString(), "cannot be read: " + e, e);
    }
    return all;
  }

  private static List<Certificate> certificates(String pem) throws CertificateException {
    var all = new ArrayList<Certificate>();
    var factory = CertificateFactory.getInstance("X.509");
    var blocks = CERTIFICATE.matcher(pem);
    while (blocks.find()) {
      try {
        all.add(certificate(factory, blocks.group(1)));
      } catch (CertificateException | IllegalArgumentException e) {
        throw InvalidCertificate.of("of this registry", "is damaged: " + e.getMessage(), e);
      }
    }
    if (all.isEmpty()) {
      throw InvalidCertificate.of("of this registry", "holds no BEGIN CERTIFICATE", null);
    }
    return all;
  }

  private static Certificate certificate(CertificateFactory factory, String base64)
      throws CertificateException {
    var bytes = Base64.getMimeDecoder().decode(base64);
    return factory.generateCertificate(new ByteArrayInputStream(bytes));
  }

  private static KeyManager[] keys(RegistryTrust trust)
      throws IOException, GeneralSecurityException {
    if (trust.client().isEmpty()) {
      return new KeyManager[0];
    }
    var client = trust.client().get();
    var store = emptyStore();
    var chain = certificates(client.certificates()).toArray(Certificate[]::new);
    store.setKeyEntry("client", key(client.key(), chain[0]), NO_PASSWORD, chain);
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, NO_PASSWORD);
    return managers.getKeyManagers();
  }

  private static PrivateKey key(String pem, Certificate certificate) {
    var block = KEY.matcher(pem);
    if (!block.find()) {
      throw InvalidCertificate.of(
          "of this registry's client",
          "has a key that is not PKCS#8: convert it with"
              + " 'openssl pkcs8 -topk8 -nocrypt -in OLD.key -out NEW.key'",
          null);
    }
    try {
      var bytes = Base64.getMimeDecoder().decode(block.group(1));
      return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw InvalidCertificate.of("of this registry's client", "has a key that is damaged", e);
    }
  }
}
