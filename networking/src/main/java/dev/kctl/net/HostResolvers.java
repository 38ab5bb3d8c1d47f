package dev.kctl.net;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name servers that the host itself asks, as its file names them at that moment: a VPN may
 * change it, and a stub of systemd-resolved on 127.0.0.53 knows more than the servers behind it.
 */
public final class HostResolvers implements DnsUpstream {
  private static final int DNS_PORT = 53;
  private static final int ROUNDS = 2;
  private static final int LARGEST_DATAGRAM = 65_535;

  private final Path file;
  private final int port;
  private final Duration patience;
  private final SecureRandom random = new SecureRandom();
  private final @Nullable ResolvConf chosen;
  private volatile @Nullable Version version;

  /** Reads {@code /etc/resolv.conf}, and waits two seconds for each server, twice. */
  public HostResolvers() {
    this(Path.of("/etc/resolv.conf"), DNS_PORT, Duration.ofSeconds(2));
  }

  HostResolvers(Path file, int port, Duration patience) {
    this(file, port, patience, null);
  }

  private HostResolvers(Path file, int port, Duration patience, @Nullable ResolvConf chosen) {
    this.file = file;
    this.port = port;
    this.patience = patience;
    this.chosen = chosen;
  }

  /** Asks these instead, in the host's place and with as much patience. */
  public static HostResolvers asking(List<IpAddress> servers) {
    var chosen = new ResolvConf(servers.stream().map(IpAddress::toInet).toList(), List.of());
    return new HostResolvers(Path.of("--dns"), DNS_PORT, Duration.ofSeconds(2), chosen);
  }

  /** The file's content, and what changes when it does. */
  private record Version(@Nullable Object key, long modified, long size, ResolvConf content) {
    boolean isOf(BasicFileAttributes now) {
      return Objects.equals(key, now.fileKey())
          && modified == now.lastModifiedTime().toMillis()
          && size == now.size();
    }
  }

  /** The domains in which the host looks short names up. */
  public List<String> search() throws IOException {
    return current().search();
  }

  @Override
  public byte[] ask(byte[] query) throws IOException {
    var failure = new IOException("no name server in " + file);
    var servers = current().servers();
    byte[] refusal = null;
    for (var round = 0; round < ROUNDS; round++) {
      for (var server : servers) {
        try {
          var reply = ask(server, query);
          if (!isRefusal(reply)) {
            return reply;
          }
          refusal = reply;
        } catch (IOException e) {
          failure = e;
        }
      }
      if (refusal != null) {
        return refusal; // somebody was there to say no; asking again changes nothing
      }
    }
    throw failure;
  }

  private static boolean isRefusal(byte[] reply) {
    var code = reply[3] & 15;
    return code == DnsReply.SERVFAIL || code == DnsReply.REFUSED || code == DnsReply.NOTIMP;
  }

  private ResolvConf current() throws IOException {
    if (chosen != null) {
      return chosen;
    }
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      var known = version;
      if (known == null || !known.isOf(now)) {
        known =
            new Version(
                now.fileKey(),
                now.lastModifiedTime().toMillis(),
                now.size(),
                ResolvConf.parse(Files.readString(file)));
        version = known;
      }
      return known.content;
    } catch (NoSuchFileException _) {
      return new ResolvConf(List.of(), List.of());
    }
  }

  /** With a number and a port of our own, so that nobody outside can guess what to forge. */
  private byte[] ask(InetAddress server, byte[] query) throws IOException {
    var id = random.nextInt(1 << 16);
    var ours = withId(query, id);
    var reply = byDatagram(server, ours);
    if ((reply[2] & 0x02) != 0) {
      reply = byConnection(server, ours);
    }
    return withId(reply, (query[0] & 0xff) << 8 | (query[1] & 0xff));
  }

  private byte[] byDatagram(InetAddress server, byte[] query) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(server, port));
      socket.send(new DatagramPacket(query, query.length));
      var deadline = System.nanoTime() + patience.toNanos();
      var packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
      while (true) {
        var millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          throw new SocketTimeoutException(server + " did not answer");
        }
        socket.setSoTimeout((int) millis);
        socket.receive(packet);
        var reply = Arrays.copyOf(packet.getData(), packet.getLength());
        if (answers(reply, query)) {
          return reply;
        }
        packet.setLength(LARGEST_DATAGRAM);
      }
    }
  }

  private byte[] byConnection(InetAddress server, byte[] query) throws IOException {
    try (var socket = new Socket()) {
      var millis = (int) patience.toMillis();
      socket.connect(new InetSocketAddress(server, port), millis);
      socket.setSoTimeout(millis);
      var framed = ByteBuffer.allocate(2 + query.length).putShort((short) query.length).put(query);
      socket.getOutputStream().write(framed.array());
      var in = new DataInputStream(socket.getInputStream());
      var reply = new byte[in.readUnsignedShort()];
      in.readFully(reply);
      if (!answers(reply, query)) {
        throw new IOException(server + " answered something else");
      }
      return reply;
    } catch (EOFException e) {
      throw new IOException(server + " closed the connection", e);
    }
  }

  private static boolean answers(byte[] reply, byte[] query) {
    try {
      var read = DnsMessage.decode(reply);
      var asked = DnsMessage.decode(query);
      return read.isResponse()
          && read.id() == asked.id()
          && read.question().equals(asked.question());
    } catch (DnsException _) {
      return false;
    }
  }

  private static byte[] withId(byte[] message, int id) {
    var changed = message.clone();
    ByteBuffer.wrap(changed).putShort((short) id);
    return changed;
  }
}
