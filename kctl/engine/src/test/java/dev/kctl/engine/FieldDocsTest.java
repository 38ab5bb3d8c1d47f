package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FieldDocsTest {
  private static final Path PAGE = Path.of("../../docs/api-fields.md");

  /** Written anew by `mvn -pl kctl/engine -am test -Dtest=FieldDocsTest -Dkctl.write-docs`. */
  @Test
  void thePageSaysWhatTheTableDoes() throws IOException {
    if (System.getProperty("kctl.write-docs") != null) {
      Files.writeString(PAGE, FieldDocs.page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(FieldDocs.page());
  }
}
