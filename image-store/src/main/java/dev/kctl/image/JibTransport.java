package dev.kctl.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.InsecureRegistryException;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryClient;
import com.google.cloud.tools.jib.registry.RegistryCredentialsNotSentException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestException;
import java.util.Optional;

/**
 * A repository through jib-core: its addresses, credentials, tokens and transfers. Safe for several
 * threads once the first manifest has come.
 */
final class JibTransport implements RegistryTransport {
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final ImageRef ref;
  private final RegistryAddress address;
  private final BorrowedBodyClient http;
  private final RegistryClient client;
  private boolean authenticated;
  private volatile boolean broken;

  private JibTransport(ImageRef ref, RegistryAddress address, Optional<Credentials> auth) {
    this.ref = ref;
    this.address = address;
    http =
        new BorrowedBodyClient(address.authority(), address.insecure(), address.speaksPlainHttp());
    var factory =
        RegistryClient.factory(EventHandlers.NONE, address.authority(), ref.repository(), http)
            .setUserAgent("kctl");
    auth.map(JibTransport::credential).ifPresent(factory::setCredential);
    client = factory.newRegistryClient();
  }

  /**
   * Reaches for the registry.
   *
   * @throws RegistryUnreachable where nobody listens
   */
  static JibTransport open(ImportRequest request) {
    var address = RegistryAddress.of(request.ref().registry(), request.insecureRegistries());
    return new JibTransport(request.ref(), address, request.auth());
  }

  private static Credential credential(Credentials auth) {
    var token = auth.identityToken();
    return token == null
        ? Credential.from(auth.username(), auth.password())
        : Credential.from(Credential.OAUTH2_TOKEN_USER_NAME, token);
  }

  @Override
  public void manifest(String qualifier, BodyReader reader) throws IOException {
    get("manifest " + qualifier, reader, () -> client.pullManifest(qualifier));
  }

  @Override
  public void blob(Digest digest, BodyReader reader) throws IOException {
    try {
      var name = DescriptorDigest.fromHash(digest.hex());
      var blob = client.pullBlob(name, size -> {}, bytes -> {});
      get("blob " + digest, reader, () -> writeNowhere(blob));
    } catch (DigestException e) {
      throw new AssertionError("64 hex digits are a digest", e);
    }
  }

  private static void writeNowhere(Blob blob) throws IOException, RegistryException {
    try {
      blob.writeTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      if (e.getCause() instanceof RegistryException refused) {
        throw refused;
      }
      throw e;
    }
  }

  private void get(String what, BodyReader reader, BorrowedBodyClient.Call call)
      throws IOException {
    if (broken) {
      // Jib would try for a minute to reach a registry that is gone.
      address.speaksPlainHttp();
    }
    try {
      try {
        http.lend(reader, call);
      } catch (RegistryUnauthorizedException e) {
        authenticate(e);
        http.lend(reader, call);
      }
    } catch (RegistryException e) {
      throw refusal(what, e);
    } catch (ResponseException e) {
      throw RegistryRefused.of(address.authority(), what + ": " + answer(e), e);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  /** Answers the registry's challenge, once: Jib renews the token itself when it expires. */
  private synchronized void authenticate(RegistryUnauthorizedException refused)
      throws RegistryException {
    var response = refused.getHttpResponseException();
    var challenge = response.getHeaders().getAuthenticate();
    if (authenticated || response.getStatusCode() != UNAUTHORIZED || challenge == null) {
      throw refused;
    }
    client.authPullByWwwAuthenticate(challenge);
    authenticated = true;
  }

  private ImageException refusal(String what, RegistryException e) {
    var registry = address.authority();
    var response = responseBehind(e);
    return switch (e) {
      case RegistryUnauthorizedException _, RegistryCredentialsNotSentException _ ->
          Unauthorized.of(ref.registry(), ref, e);
      case RegistryAuthenticationFailedException _ ->
          response.isPresent() && response.get().getStatusCode() / 100 == 4
              ? Unauthorized.of(ref.registry(), ref, e)
              : RegistryRefused.of(registry, String.valueOf(e.getMessage()), e);
      case InsecureRegistryException _ -> InsecureRegistryRefused.of(ref.registry(), e);
      default ->
          what.startsWith("manifest")
                  && response.isPresent()
                  && response.get().getStatusCode() == NOT_FOUND
              ? ImageNotFound.of(ref)
              : RegistryRefused.of(
                  registry,
                  what + ": " + response.map(JibTransport::answer).orElse(e.getMessage()),
                  e);
    };
  }

  private static Optional<ResponseException> responseBehind(Throwable e) {
    for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ResponseException response) {
        return Optional.of(response);
      }
    }
    return Optional.empty();
  }

  /** The status, and the start of what the registry says about it. */
  private static String answer(ResponseException e) {
    var content = e.getContent();
    var words = content == null ? "" : Printable.line(content, 200);
    return "HTTP status " + e.getStatusCode() + (words.isEmpty() ? "" : ": " + words);
  }

  @Override
  public void close() {
    try {
      http.shutDown();
    } catch (IOException _) {
      // Connections of a finished or failed pull: there is nothing left to lose.
    }
  }
}
