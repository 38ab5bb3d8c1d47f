package dev.kctl.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * An open TAP device: an Ethernet port whose other end is whoever holds the descriptor. Made with
 * virtio-net headers, without several queues, as Cloud Hypervisor, Firecracker and QEMU take it.
 */
public final class Tap implements AutoCloseable {
  /** {@code <linux/if.h>}: with the closing zero. */
  private static final int IFNAMSIZ = 16;

  /** {@code struct ifreq} on 64-bit machines; the flags follow the name. */
  private static final int IFREQ_SIZE = 40;

  /** {@code <linux/if_tun.h>}. */
  private static final long TUNSETIFF = 0x400454caL;

  private static final long TUNSETPERSIST = 0x400454cbL;
  private static final long TUNSETOWNER = 0x400454ccL;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;

  /** {@code struct virtio_net_hdr}, before every frame. */
  private static final int HEADER = 10;

  private static final int LONGEST_FRAME = 65_536;

  private final int fd;

  private Tap(int fd) {
    this.fd = fd;
  }

  /**
   * Makes a TAP, or opens a persistent one that nobody holds. It goes when it is closed unless it
   * was made to stay.
   */
  public static Tap open(String name) throws IOException {
    var length = name.getBytes(StandardCharsets.US_ASCII).length;
    if (length == 0 || length >= IFNAMSIZ) {
      throw new IOException("not a name for a device: " + name);
    }
    var fd = Libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    try (var arena = Arena.ofConfined()) {
      var request = arena.allocate(IFREQ_SIZE, Long.BYTES);
      request.setString(0, name, StandardCharsets.US_ASCII);
      request.set(JAVA_SHORT, IFNAMSIZ, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
      Libc.ioctl(fd, TUNSETIFF, request);
      return new Tap(fd);
    } catch (ErrnoException e) {
      Libc.close(fd);
      throw e;
    }
  }

  /** Lets a user, who may not make devices, open it by name. */
  public void give(int uid) throws IOException {
    Libc.ioctl(fd, TUNSETOWNER, MemorySegment.ofAddress(uid));
  }

  /** Lets it outlive its descriptor, for a VMM that opens it by name; or no longer. */
  public void persist(boolean stays) throws IOException {
    Libc.ioctl(fd, TUNSETPERSIST, MemorySegment.ofAddress(stays ? 1 : 0));
  }

  /** Sends a frame as the guest would. */
  public void write(byte[] frame) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(HEADER + (long) frame.length);
      bytes.asSlice(HEADER).copyFrom(MemorySegment.ofArray(frame));
      SocketCalls.write(fd, bytes);
    }
  }

  /** Waits for the next frame that the guest would get. */
  public byte[] read() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(HEADER + (long) LONGEST_FRAME);
      var length = SocketCalls.read(fd, bytes);
      return bytes.asSlice(HEADER, length - HEADER).toArray(JAVA_BYTE);
    }
  }

  /** The descriptor, for a process that is to inherit it. */
  public int descriptor() {
    return fd;
  }

  @Override
  public void close() throws IOException {
    Libc.close(fd);
  }
}
