package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryAddressTest {

  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "localhost:5000, true",
    "127.0.0.1:5000, true",
    "127.9.8.7, true",
    "127.0.0.1.evil.example, false",
    "localhost.evil.example:5000, false",
    "10.0.0.1:5000, false",
    "docker.io, false",
    "trusted.example:5000, true",
    "trusted.example:5001, false",
    "anyport.example:1234, true",
  })
  void allowsPlainHttpOnLoopbackAndWhereConfigured(String registry, boolean insecure) {
    var address = RegistryAddress.of(registry, Set.of("trusted.example:5000", "anyport.example"));
    assertThat(address.insecure()).isEqualTo(insecure);
  }

  @Test
  void asksDockerHubAtItsOwnHost() {
    assertThat(RegistryAddress.of("docker.io", Set.of()).authority())
        .isEqualTo("registry-1.docker.io");
  }

  @Test
  void findsOutThatARegistrySpeaksPlainHttp() throws IOException {
    try (var registry = new FaultyRegistry()) {
      var authority = registry.ref().registry();
      assertThat(new RegistryAddress(authority, true).speaksPlainHttp()).isTrue();
    }
  }
}
