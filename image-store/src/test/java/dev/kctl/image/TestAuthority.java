package dev.kctl.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority of the tests' own, and what it certifies, made by the JDK's {@code keytool}. */
final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private final Path directory;

  TestAuthority(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    keytool("-genkeypair", "ca", "-dname", "CN=test authority", "-ext", "bc:c", "-keyalg", "RSA");
    Files.writeString(certificate(), pem("CERTIFICATE", encoded(chain("ca").getFirst())));
  }

  /** The authority's own, as PEM. */
  Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * Certifies a name for so many days from a day on.
   *
   * @param start such as {@code -1d}
   */
  TestAuthority certify(String alias, String name, String start, int days) throws IOException {
    keytool(
        "-genkeypair",
        alias,
        "-dname",
        "CN=" + name,
        "-ext",
        "san=dns:" + name + ",ip:127.0.0.1",
        "-signer",
        "ca",
        "-keyalg",
        "RSA",
        "-startdate",
        start,
        "-validity",
        Integer.toString(days));
    Files.writeString(certificate(alias), pem("CERTIFICATE", encoded(chain(alias).getFirst())));
    Files.writeString(key(alias), pem("PRIVATE KEY", privateKey(alias).getEncoded()));
    return this;
  }

  Path certificate(String alias) {
    return directory.resolve(alias + ".pem");
  }

  Path key(String alias) {
    return directory.resolve(alias + ".key");
  }

  PrivateKey privateKey(String alias) {
    try {
      Key key = store().getKey(alias, PASSWORD.toCharArray());
      return (PrivateKey) key;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  List<X509Certificate> chain(String alias) {
    try {
      var all = new ArrayList<X509Certificate>();
      for (Certificate certificate : store().getCertificateChain(alias)) {
        all.add((X509Certificate) certificate);
      }
      return all;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Of a server or client that trusts this authority and shows what it certified for the alias. */
  SSLContext context(String alias) {
    try {
      var shown = KeyStore.getInstance("PKCS12");
      shown.load(null, null);
      var password = PASSWORD.toCharArray();
      shown.setKeyEntry(alias, privateKey(alias), password, store().getCertificateChain(alias));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(shown, password);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store());
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(directory.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
  }

  private void keytool(String command, String alias, String... more) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                command,
                "-alias",
                alias,
                "-keystore",
                "keys.p12",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    arguments.addAll(List.of(more));
    try {
      Tools.run(directory, arguments.toArray(String[]::new));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return String.format(
        Locale.ROOT, "-----BEGIN %s-----%n%s%n-----END %s-----%n", what, base64, what);
  }
}
