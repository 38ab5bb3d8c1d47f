package dev.kctl.cli;

import java.util.Arrays;

/** Bytes that become more; without the lock that ByteArrayOutputStream takes for each. */
final class ByteBox {
  private byte[] bytes;
  private int size;

  ByteBox(int room) {
    bytes = new byte[room];
  }

  int size() {
    return size;
  }

  /** As long as nothing is added. */
  byte[] array() {
    return bytes;
  }

  void add(int b) {
    makeRoom(1);
    bytes[size++] = (byte) b;
  }

  void add(byte[] from, int offset, int length) {
    makeRoom(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  void addAll(byte[] from) {
    add(from, 0, from.length);
  }

  void shrinkTo(int count) {
    size = count;
  }

  void removeFirst(int count) {
    System.arraycopy(bytes, count, bytes, 0, size - count);
    size -= count;
  }

  private void makeRoom(int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
    }
  }
}
