package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class TokenTest {
  private final Token token = Token.generate(new SecureRandom());

  @Test
  void isItselfInHexadecimal() {
    assertThat(Token.parse(token.hex())).isEqualTo(token);
  }

  @Test
  void neverShowsItself() {
    assertThat(token.toString()).doesNotContain(token.hex()).isEqualTo("Token");
  }

  @Test
  void isNotAnother() {
    assertThat(Token.generate(new SecureRandom())).isNotEqualTo(token);
  }

  @Test
  void hasThirtyTwoBytes() {
    assertThatThrownBy(() -> Token.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes, not 31");
  }
}
