package dev.kctl.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** Somebody who called and says to be the agent. */
record Caller(SocketChannel socket, Deadline deadline, ByteBuffer said) {
  enum Verdict {
    ACCEPTED,
    REFUSED,
    UNDECIDED
  }

  /** What the agent must prove. */
  record Check(UserPrincipal user, Token token) {
    boolean isUser(SocketChannel socket) throws IOException {
      return user.equals(socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
    }
  }

  Caller(SocketChannel socket, Deadline deadline) {
    this(socket, deadline, ByteBuffer.allocate(Token.LENGTH));
  }

  /** Reads what there is, without waiting, and answers the right token with the same. */
  Verdict listen(Check check) {
    try {
      var count = socket.read(said);
      if (said.hasRemaining()) {
        return count < 0 || deadline.passed() ? Verdict.REFUSED : Verdict.UNDECIDED;
      }
      var proof = new byte[Token.LENGTH];
      said.flip().get(proof);
      var proved = check.token().matches(proof) && socket.write(said.flip()) == Token.LENGTH;
      return proved ? Verdict.ACCEPTED : Verdict.REFUSED;
    } catch (IOException _) {
      return Verdict.REFUSED;
    }
  }
}
