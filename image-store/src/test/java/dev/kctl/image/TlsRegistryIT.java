package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry with TLS, under a name that is none of loopback's. */
class TlsRegistryIT {
  private static final String HOST = "registry.test";
  private static final SampleImage IMAGE =
      SampleImage.of(new SampleLayer().file("bin/hello", "hello"));

  @TempDir static Path pki;
  private static TestAuthority authority;

  @TempDir Path directory;
  private WorkerProcesses workers;
  private ImageStore store;
  private String address;
  private @Nullable LocalRegistry registry;

  @BeforeAll
  static void certify() throws IOException {
    authority =
        new TestAuthority(pki)
            .certify("good", HOST, "-1d", 30)
            .certify("expired", HOST, "-20d", 10)
            .certify("other", "other.test", "-1d", 30)
            .certify("client", "client.test", "-1d", 30);
  }

  @BeforeEach
  void start() throws IOException {
    workers = new WorkerProcesses(Files.createDirectory(directory.resolve("run")));
    workers.knowing(HOST);
    store = ImageStore.open(directory.resolve("root"), workers);
    address = HOST + ":" + LocalRegistry.freePort();
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
    try (var left = Files.list(directory.resolve("root/ingest"))) {
      assertThat(left).isEmpty();
    }
  }

  /** With the certificate of that alias, and the image in it. */
  private void serve(String alias, String more, @Nullable String authorization) throws IOException {
    var client = HttpClient.newBuilder().sslContext(authority.context("client")).build();
    registry =
        LocalRegistry.start(
            directory.resolve("registry"), address, tls(alias) + more, authorization, client);
    IMAGE.push(registry, "app", "1");
  }

  private String tls(String alias) {
    return "  tls:\n    certificate: %s\n    key: %s\n"
        .formatted(authority.certificate(alias), authority.key(alias));
  }

  private ImageRef ref() {
    return ImageRef.parse(address + "/app:1");
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name).resolve(address));
  }

  /** The machine's bundle has no authority but those of the JDK unless a test says so. */
  private RegistryTrust trusted(String... folders) {
    var paths = List.of(folders).stream().map(directory::resolve).toList();
    return new CertificateFolders(paths, List.of(directory.resolve("bundle.pem"))).of(ref());
  }

  private Image pull(RegistryTrust trust) {
    return pull(trust, Optional.empty(), Set.of());
  }

  private Image pull(RegistryTrust trust, Optional<Credentials> auth, Set<String> insecure) {
    return store.pull(new PullRequest(ref(), Optional.empty(), auth, insecure, trust), _ -> {});
  }

  private static Optional<Credentials> password(String password) {
    return Optional.of(Credentials.ofPassword(LocalRegistry.USER, password));
  }

  private void isRefused(String why) {
    assertThatExceptionOfType(InsecureRegistryRefused.class)
        .isThrownBy(() -> pull(trusted("certs.d")))
        .withMessageContaining("registry " + address)
        .withMessageContaining(why)
        .withMessageContaining("insecure-registries")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  private void trustTheAuthority() throws IOException {
    Files.copy(authority.certificate(), folder("certs.d").resolve("ca.crt"));
  }

  @Test
  void isTrustedThroughTheMachinesBundle() throws IOException {
    serve("good", "", null);
    isRefused("put the authority's certificate into /etc/docker/certs.d/" + address + "/ca.crt");
    var real = "# a comment\n" + Files.readString(authority.certificate());
    Files.writeString(directory.resolve("bundle.pem"), real);
    assertThat(pull(trusted()).layers()).hasSize(1);
  }

  @Test
  void isTrustedThroughEachFolderOfCertificates() throws IOException {
    serve("good", "", null);
    trustTheAuthority();
    assertThat(pull(trusted("nowhere", "certs.d")).layers()).hasSize(1);
    store.remove(ref().familiar(), false, _ -> false);
    assertThatExceptionOfType(InsecureRegistryRefused.class)
        .isThrownBy(() -> pull(trusted("nowhere")));
  }

  @Test
  void isSpokenToUnverifiedOnlyWhereConfigured() throws IOException {
    serve("good", "", null);
    assertThat(pull(trusted(), Optional.empty(), Set.of(address)).layers()).hasSize(1);
    store.remove(ref().familiar(), false, _ -> false);
    assertThat(pull(trusted(), Optional.empty(), Set.of(HOST)).layers()).hasSize(1);
    store.remove(ref().familiar(), false, _ -> false);
    isRefused("an authority that this machine does not trust");
  }

  @Test
  void isRefusedWhenItsCertificateHasExpired() throws IOException {
    serveEmpty("expired");
    trustTheAuthority();
    isRefused("shows a certificate that is not valid now (NotAfter: ");
  }

  /** With a certificate that no client accepts, so that nothing can be put into it. */
  private void serveEmpty(String alias) throws IOException {
    registry =
        LocalRegistry.start(
            directory.resolve("registry"), address, tls(alias), null, HttpClient.newHttpClient());
  }

  @Test
  void isRefusedWhenItsCertificateIsForAnotherName() throws IOException {
    serve("other", "", null);
    trustTheAuthority();
    isRefused("made for another name");
  }

  @Test
  void isRefusedWhenItSpeaksPlainHttp() throws IOException {
    registry =
        LocalRegistry.start(
            directory.resolve("registry"), address, "", null, HttpClient.newHttpClient());
    IMAGE.push(registry, "app", "1");
    isRefused("does not speak TLS");
    assertThat(pull(trusted(), Optional.empty(), Set.of(address)).layers()).hasSize(1);
  }

  @Test
  void opensWithThePassword() throws IOException {
    serve(
        "good",
        LocalRegistry.passwords(directory.resolve("registry")),
        "Basic " + LocalRegistry.BASIC);
    trustTheAuthority();
    assertThatExceptionOfType(Unauthorized.class).isThrownBy(() -> pull(trusted("certs.d")));
    assertThatExceptionOfType(Unauthorized.class)
        .isThrownBy(() -> pull(trusted("certs.d"), password("wrong"), Set.of()));
    var image = pull(trusted("certs.d"), password(LocalRegistry.PASSWORD), Set.of());
    assertThat(image.layers()).hasSize(1);
  }

  @Test
  void opensWithATokenOfItsTokenService() throws IOException {
    try (var tokens = new TokenService(authority, "good")) {
      serve("good", tokens.setting(HOST), "Bearer " + tokens.token("app"));
      trustTheAuthority();
      assertThatExceptionOfType(Unauthorized.class)
          .isThrownBy(() -> pull(trusted("certs.d"), password("wrong"), Set.of()));
      var image = pull(trusted("certs.d"), password(LocalRegistry.PASSWORD), Set.of());
      assertThat(image.layers()).hasSize(1);
    }
  }

  @Test
  void isShownAClientsCertificateWhereItAsksForOne() throws IOException {
    serve("good", "    clientcas: [" + authority.certificate() + "]\n", null);
    trustTheAuthority();
    isRefused("wants a client's certificate: put client.cert and client.key into");
    Files.copy(authority.certificate("client"), folder("certs.d").resolve("client.cert"));
    Files.copy(authority.key("client"), folder("certs.d").resolve("client.key"));
    assertThat(pull(trusted("certs.d")).layers()).hasSize(1);
  }

  @Test
  void namesACertificateOrKeyThatCannotBeRead() throws IOException {
    serve("good", "", null);
    Files.writeString(folder("certs.d").resolve("ca.crt"), "nonsense");
    assertThatExceptionOfType(InvalidCertificate.class)
        .isThrownBy(() -> trusted("certs.d"))
        .withMessageContaining("ca.crt is not PEM");
    trustAgain();
    var folder = folder("certs.d");
    Files.copy(authority.certificate("good"), folder.resolve("client.cert"));
    assertThatExceptionOfType(InvalidCertificate.class)
        .isThrownBy(() -> trusted("certs.d"))
        .withMessageContaining("client.key cannot be read");
    Files.writeString(folder.resolve("client.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
    assertThatExceptionOfType(InvalidCertificate.class)
        .isThrownBy(() -> pull(trusted("certs.d")))
        .withMessageContaining("openssl pkcs8");
  }

  private void trustAgain() throws IOException {
    Files.delete(folder("certs.d").resolve("ca.crt"));
    trustTheAuthority();
  }
}
