package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class NetlinkSocketTest {
  private static final int RTM_GETLINK = 18;
  private static final short REQUEST_AND_ACK = 5;
  private static final int NLMSG_ERROR = 2;

  @Test
  void theKernelAnswersWithTheSequenceNumberItWasAsked() throws Exception {
    try (var socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
      // struct nlmsghdr, and a struct ifinfomsg that names no link.
      var request = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
      request.putInt(32).putShort((short) RTM_GETLINK).putShort(REQUEST_AND_ACK).putInt(4711);
      socket.send(request.array());
      var answer = ByteBuffer.wrap(socket.receive()).order(ByteOrder.nativeOrder());
      assertThat(answer.getShort(4)).isEqualTo((short) NLMSG_ERROR);
      assertThat(answer.getInt(8)).isEqualTo(4711);
      assertThat(answer.getInt(16)).isNegative();
    }
  }

  @Test
  void anUnknownProtocolIsRefusedWithItsErrno() {
    assertThatThrownBy(() -> NetlinkSocket.open(31))
        .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(93))
        .isInstanceOf(IOException.class);
  }
}
