package dev.kctl.image;

import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * Jib's HTTP client, which hands the body of a manifest or a blob to a reader of ours. Jib itself
 * gives out a manifest only as parsed fields, some of which it drops, so that it could not be
 * stored under its digest; this is the one public place where its bytes pass.
 */
final class BorrowedBodyClient extends FailoverHttpClient {
  private static final ThreadLocal<RegistryTransport.@Nullable BodyReader> BORROWER =
      new ThreadLocal<>();

  private final String authority;
  private final boolean plainHttp;

  /** Ends Jib's own handling of a response whose body a reader has taken. */
  private static final class BodyTaken extends IOException {
    BodyTaken() {
      super("the body went to its reader");
    }
  }

  /** A call of Jib that gets a body. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException, RegistryException;
  }

  /**
   * Makes a client for one registry.
   *
   * @param authority host and port as in the image's name
   * @param insecure whether it may fall back to unverified TLS and to plain HTTP
   * @param plainHttp whether the registry is known to speak plain HTTP
   */
  BorrowedBodyClient(String authority, boolean insecure, boolean plainHttp) {
    super(insecure, insecure, event -> {});
    this.authority = authority;
    this.plainHttp = plainHttp;
  }

  /** Runs a call of Jib with the body going to the reader. */
  void lend(RegistryTransport.BodyReader reader, Call call) throws IOException, RegistryException {
    BORROWER.set(reader);
    try {
      call.run();
    } catch (BodyTaken _) {
      // The reader has all it wanted.
    } finally {
      BORROWER.remove();
    }
  }

  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    var target = plainHttp && url.getAuthority().equals(authority) ? overHttp(url) : url;
    var reader = BORROWER.get();
    if (reader == null || !isContent(url)) {
      return super.call(method, target, request);
    }
    try (var response = super.call(method, target, request)) {
      var types = response.getHeader("Content-Type");
      reader.read(response.getBody(), types.isEmpty() ? "" : types.getFirst());
    }
    throw new BodyTaken();
  }

  /** Token services are asked through the same client: their answers stay Jib's. */
  private boolean isContent(URL url) {
    return url.getAuthority().equals(authority)
        && (url.getPath().contains("/manifests/") || url.getPath().contains("/blobs/"));
  }

  private static URL overHttp(URL url) throws IOException {
    try {
      return new URI("http", url.getAuthority(), url.getPath(), url.getQuery(), null).toURL();
    } catch (URISyntaxException e) {
      throw new IOException("cannot be asked in plain HTTP: " + url, e);
    }
  }
}
