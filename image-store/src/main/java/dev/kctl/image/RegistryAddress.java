package dev.kctl.image;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Where a registry is and how it may be spoken to.
 *
 * @param authority host and port as in the image's name
 * @param insecure whether plain HTTP and unverified TLS are allowed: loopback, or configured
 */
record RegistryAddress(String authority, boolean insecure) {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String HUB_HOST = "registry-1.docker.io";

  static RegistryAddress of(String registry, Set<String> insecureRegistries) {
    var authority = registry.equals("docker.io") ? HUB_HOST : registry;
    var host = host(authority);
    var insecure =
        isLoopback(host)
            || insecureRegistries.contains(registry)
            || insecureRegistries.contains(host);
    return new RegistryAddress(authority, insecure);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }

  private static String host(String authority) {
    var colon = authority.lastIndexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private int port() {
    var colon = authority.lastIndexOf(':');
    return colon < 0 ? 443 : Integer.parseInt(authority.substring(colon + 1));
  }

  /**
   * Connects once, because Jib's client tries for a minute where nobody listens or the certificate
   * is not trusted, and tells whether a registry that may speak plain HTTP does.
   *
   * @throws RegistryUnreachable naming why
   * @throws InsecureRegistryRefused where it must speak TLS and does not
   */
  boolean speaksPlainHttp() {
    if (System.getProperty("https.proxyHost") != null) {
      return false;
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(authority), port()), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      if (insecure) {
        return answersHttp(socket);
      }
      shakeHands(socket);
      return false;
    } catch (UnknownHostException e) {
      throw RegistryUnreachable.of(authority, "no such host", e);
    } catch (SocketTimeoutException e) {
      throw RegistryUnreachable.of(authority, "no answer within 10 s", e);
    } catch (SSLException e) {
      throw InsecureRegistryRefused.of(authority, e);
    } catch (IOException | IllegalArgumentException e) {
      if (insecure && !authority.contains(":")) {
        return false;
      }
      throw RegistryUnreachable.of(authority, String.valueOf(e.getMessage()), e);
    }
  }

  private void shakeHands(Socket socket) throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var tls = (SSLSocket) factory.createSocket(socket, host(authority), port(), false);
    var parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    // Whoever wants a client's certificate says so only now, at the first byte.
    try {
      ask(tls);
    } catch (SocketException e) {
      if (tls.getSession().getLocalCertificates() != null) {
        throw e;
      }
      // It has said so and closed before the first byte could be written.
      throw new SSLException("certificate_required", e);
    }
  }

  /** A TLS server answers a plain request with an alert, or with 400. */
  private boolean answersHttp(Socket socket) throws IOException {
    var status = ask(socket);
    return status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]") && !status.endsWith("400");
  }

  /** The start of what it answers to a request that carries no credentials. */
  private String ask(Socket socket) throws IOException {
    var request = "GET /v2/ HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }
}
