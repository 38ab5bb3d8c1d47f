package dev.kctl.net;

import dev.kctl.linux.NetlinkSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Requests and their answers over one netlink socket. */
final class Netlink implements AutoCloseable {
  private final ReentrantLock exchange = new ReentrantLock();
  private final AtomicInteger sequence = new AtomicInteger(1);
  private final NetlinkSocket socket;

  private Netlink(NetlinkSocket socket) {
    this.socket = socket;
  }

  static Netlink route() {
    return open(NetlinkSocket.ROUTE);
  }

  static Netlink netfilter() {
    return open(NetlinkSocket.NETFILTER);
  }

  private static Netlink open(int protocol) {
    try {
      return new Netlink(NetlinkSocket.open(protocol));
    } catch (IOException e) {
      throw new KernelRefused("opening a netlink socket", e);
    }
  }

  /** The number of the next message. */
  int next() {
    return sequence.getAndIncrement();
  }

  /**
   * Sends messages, of which each asks for an acknowledgement, and returns what each was answered:
   * 0, or an error's number with the kernel's explanation.
   */
  List<NetlinkAck> acknowledged(List<NetlinkMessage> messages) {
    var asked = messages.stream().filter(NetlinkMessage::wantsAck).toList();
    var acks = new ArrayList<NetlinkAck>();
    exchange.lock();
    try {
      socket.send(NetlinkMessage.encode(messages));
      while (acks.size() < asked.size()) {
        for (var answer : NetlinkMessage.decode(socket.receive())) {
          if (answer.type() == NetlinkMessage.ERROR) {
            var ack = NetlinkAck.of(answer);
            if (isOf(ack, asked)) {
              acks.add(ack);
            } else if (ack.errno() != 0 && isOf(ack, messages)) {
              throw ack.refused("a transaction"); // refused as a whole, at its first message
            }
          }
        }
      }
      return acks;
    } catch (IOException e) {
      throw new KernelRefused("talking to the kernel", e);
    } finally {
      exchange.unlock();
    }
  }

  private static boolean isOf(NetlinkAck ack, List<NetlinkMessage> messages) {
    return messages.stream().anyMatch(message -> message.sequence() == ack.sequence());
  }

  /** Sends a request for a list and returns the entries. */
  List<NetlinkMessage> list(NetlinkMessage request) {
    exchange.lock();
    try {
      socket.send(NetlinkMessage.encode(List.of(request)));
      var entries = new ArrayList<NetlinkMessage>();
      while (true) {
        for (var answer : NetlinkMessage.decode(socket.receive())) {
          if (answer.sequence() != request.sequence()) {
            continue;
          }
          if (answer.type() == NetlinkMessage.DONE) {
            return entries;
          }
          if (answer.type() == NetlinkMessage.ERROR) {
            var ack = NetlinkAck.of(answer);
            if (ack.errno() != 0) {
              throw ack.refused("listing");
            }
            return entries;
          }
          entries.add(answer);
        }
      }
    } catch (IOException e) {
      throw new KernelRefused("listing", e);
    } finally {
      exchange.unlock();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new KernelRefused("closing a netlink socket", e);
    }
  }
}
