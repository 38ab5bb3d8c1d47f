package dev.kctl.guest;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Cuts bytes into pieces as large as the contract allows in one message. */
final class Pieces {
  private static final int LARGEST = 64 * 1024;

  private Pieces() {}

  /** A copy of what comes next in {@code data}. */
  static ByteString take(ByteBuffer data) {
    return ByteString.copyFrom(data, Math.min(data.remaining(), LARGEST));
  }
}
