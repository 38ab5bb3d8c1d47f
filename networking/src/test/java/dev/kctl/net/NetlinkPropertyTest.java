package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NetlinkPropertyTest {
  @Property
  void messagesReadBack(@ForAll @Size(max = 8) List<@From("messages") NetlinkMessage> messages)
      throws Exception {
    var bytes = NetlinkMessage.encode(messages);
    assertThat(bytes.length % 4).isZero();
    assertThat(NetlinkMessage.decode(bytes)).isEqualTo(messages);
  }

  @Property
  void attributesReadBackAtAnyDepth(
      @ForAll @Size(max = 6) List<byte @Size(max = 70) []> values,
      @ForAll @IntRange(min = 1, max = 200) int type) {
    var payload = new Payload().ints(1, 2);
    for (var value : values) {
      payload.nest(type, outer -> outer.nest(7, inner -> inner.put(type, value)));
    }
    var read = Attributes.decode(payload.bytes(), 8);
    assertThat(read.all()).hasSize(values.size());
    for (var i = 0; i < values.size(); i++) {
      assertThat(read.all().get(i).type()).isEqualTo(type);
      assertThat(read.all().get(i).nested().nested(7).bytes(type)).isEqualTo(values.get(i));
    }
  }

  @Property
  void brokenBytesNeverBreakTheReader(@ForAll byte[] bytes) {
    for (var attribute : Attributes.decode(bytes, 4).all()) {
      assertThat(attribute.nested().all()).hasSizeLessThanOrEqualTo(bytes.length);
    }
    try {
      NetlinkMessage.decode(bytes).forEach(NetlinkAck::of);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("shorter datagram");
    }
  }

  @Property
  void numbersOfEverySizeReadBack(@ForAll int number) {
    var payload = new Payload().putInt(1, number).putShort(2, number).putByte(3, number);
    var read = Attributes.decode(payload.bytes(), 0);
    assertThat((int) read.number(1)).isEqualTo(number);
    assertThat((short) read.number(2)).isEqualTo((short) number);
    assertThat((byte) read.number(3)).isEqualTo((byte) number);
    assertThat(read.number(4)).isZero();
  }

  @Provide
  Arbitrary<NetlinkMessage> messages() {
    var shorts = Arbitraries.integers().between(0, 65_535);
    return Combinators.combine(
            shorts,
            shorts,
            Arbitraries.integers(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(99))
        .as(NetlinkMessage::new);
  }
}
