package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  @Test
  void readsBackTheHeaderItWrites() {
    var password = Credentials.ofPassword("ali", "ö ~?>\u0000");
    var token = Credentials.ofIdentityToken("eyJ.x.y");
    assertThat(Credentials.ofRegistryAuth(password.registryAuth("ghcr.io"))).contains(password);
    assertThat(Credentials.ofRegistryAuth(token.registryAuth("ghcr.io"))).contains(token);
    assertThat(Credentials.ofRegistryAuth(Credentials.noRegistryAuth())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "e30=", "e30", "eyJhdXRoIjoiIn0="})
  void findsNoCredentialsWhereAClientHasNone(String header) {
    assertThat(Credentials.ofRegistryAuth(header)).isEmpty();
  }

  @Test
  void takesPlainBase64AsSomeClientsSendIt() {
    var json = "{\"username\":\"a\",\"password\":\"??>>\"}".getBytes(StandardCharsets.UTF_8);
    var header = Base64.getEncoder().encodeToString(json);
    assertThat(Credentials.ofRegistryAuth(header)).contains(Credentials.ofPassword("a", "??>>"));
  }

  @Test
  void refusesAHeaderItCannotReadWithoutRepeatingIt() {
    assertThatExceptionOfType(InvalidCredentials.class)
        .isThrownBy(() -> Credentials.ofRegistryAuth("c2VjcmV0"))
        .withMessageNotContaining("c2VjcmV0")
        .withMessageNotContaining("secret");
  }

  @Test
  void keepsSecretsOutOfItsText() {
    assertThat(Credentials.ofPassword("ali", "secret")).hasToString("Credentials[ali]");
    assertThat(Credentials.ofIdentityToken("secret").toString()).doesNotContain("secret");
  }
}
