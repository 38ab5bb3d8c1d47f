package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageDefaultsTest {
  @Test
  void aCommandReplacesTheImagesCommandOnly() throws IOException {
    assertThat(arguments("{\"Cmd\":[\"b\"]}", List.of("e"), List.of("a")))
        .containsExactly("e", "b");
  }

  @Test
  void withoutEitherTheImageDecides() throws IOException {
    assertThat(arguments("{}", List.of("e"), List.of("a"))).containsExactly("e", "a");
    assertThat(arguments("{\"Entrypoint\":null,\"Cmd\":[]}", null, List.of("a")))
        .containsExactly("a");
  }

  @Test
  void anEntrypointDropsTheImagesCommand() throws IOException {
    assertThat(arguments("{\"Entrypoint\":[\"x\"]}", List.of("e"), List.of("a")))
        .containsExactly("x");
  }

  @Test
  void anEmptyEntrypointClearsTheImages() throws IOException {
    assertThat(arguments("{\"Entrypoint\":[\"\"],\"Cmd\":[\"b\"]}", List.of("e"), List.of("a")))
        .containsExactly("b");
    assertThatThrownBy(() -> arguments("{\"Entrypoint\":[\"\"]}", List.of("e"), List.of("a")))
        .hasMessageContaining("no command specified");
  }

  @Test
  void theUsersVariablesComeFirstAndHideTheImages() {
    assertThat(ImageDefaults.environment(List.of("A=1", "B"), List.of("A=0", "C=2")))
        .containsExactly("A=1", "B", "C=2");
  }

  @Test
  void labelsUserAndDirectoryComeFromTheImageWhereNotGiven() throws IOException {
    var config =
        ImageDefaults.merge(
            json("{\"Labels\":{\"mine\":\"1\"},\"WorkingDir\":\"/w\"}"),
            FakeImages.config(null, List.of("a")),
            "host");
    assertThat(config.path("User").asText()).isEqualTo("app");
    assertThat(config.path("WorkingDir").asText()).isEqualTo("/w");
    assertThat(config.path("Hostname").asText()).isEqualTo("host");
    assertThat(Json.entries(config.path("Labels")))
        .containsEntry("mine", "1")
        .containsEntry("from", "image");
  }

  private static List<String> arguments(
      String request, @Nullable List<String> entrypoint, @Nullable List<String> cmd)
      throws IOException {
    var config = ImageDefaults.merge(json(request), FakeImages.config(entrypoint, cmd), "h");
    var all = new ArrayList<>(Json.list(config.path("Entrypoint")));
    all.addAll(Json.list(config.path("Cmd")));
    return all;
  }

  private static ObjectNode json(String text) throws IOException {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
