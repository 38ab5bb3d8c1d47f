package dev.kctl.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Gzip members with every optional header field, which Java's own writer never makes. */
final class GzipFixture {
  private GzipFixture() {}

  static byte[] member(byte[] content) {
    var plain = TestLayer.gzip(content);
    var member = new ByteArrayOutputStream();
    member.write(plain, 0, 3);
    member.write(0x1f);
    member.write(plain, 4, 6);
    member.writeBytes(new byte[] {4, 0, 'e', 'x', 't', 'r'});
    member.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
    member.writeBytes(new byte[] {1, 2});
    member.write(plain, 10, plain.length - 10);
    return member.toByteArray();
  }
}
