package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The small rules, each of one class. */
class RulesTest {
  @Test
  void signalsHaveNamesAndNumbers() {
    assertThat(Signal.parse("KILL")).isEqualTo(Signal.KILL);
    assertThat(Signal.parse("sigterm")).isEqualTo(Signal.TERM);
    assertThat(Signal.parse("15")).isEqualTo(Signal.TERM);
    assertThat(Signal.parse("RTMIN+3").number()).isEqualTo(37);
    for (var wrong : List.of("", "0", "65", "FOO", "RTMAX+1")) {
      assertThatThrownBy(() -> Signal.parse(wrong)).hasMessageContaining("Invalid signal");
    }
  }

  @Test
  void framesNameTheirStream() {
    var data = "hi".getBytes(StandardCharsets.UTF_8);
    assertThat(StreamFraming.MULTIPLEXED.frame(OutputStreamKind.STDERR, data).array())
        .containsExactly(2, 0, 0, 0, 0, 0, 0, 2, 'h', 'i');
    assertThat(StreamFraming.RAW.frame(OutputStreamKind.STDERR, data).array()).isEqualTo(data);
    assertThat(StreamFraming.MULTIPLEXED.contentType(32)).endsWith("raw-stream");
  }

  @Test
  void detachKeysAreHeldBackAndFound() {
    var keys = DetachKeys.parse(Optional.empty());
    assertThat(pass(keys, "ab\20")).isEqualTo("ab");
    assertThat(pass(keys, "c")).isEqualTo("\20c");
    assertThat(pass(keys, "\20")).isEmpty();
    assertThat(keys.pass(new byte[] {17}, 1)).isEmpty();
    assertThat(DetachKeys.parse(Optional.of("ctrl-x,y")).pass(new byte[] {24, 'y'}, 2)).isEmpty();
    assertThatThrownBy(() -> DetachKeys.parse(Optional.of("ctrl-")))
        .isInstanceOf(EngineException.InvalidParameter.class);
  }

  private static String pass(DetachKeys keys, String input) {
    var bytes = input.getBytes(StandardCharsets.ISO_8859_1);
    return new String(keys.pass(bytes, bytes.length).orElseThrow(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void madeUpNamesAreValidAndDiffer() {
    var taken = new ArrayList<String>();
    for (var i = 0; i < 2000; i++) {
      var name = ContainerNames.generate(new Random(i % 50), taken::contains);
      assertThat(ContainerNames.checked(name)).isEqualTo(name);
      taken.add(name);
    }
    assertThat(taken).doesNotHaveDuplicates();
  }

  @Test
  void namesAreChecked() {
    assertThat(ContainerNames.checked("/web")).isEqualTo("web");
    for (var wrong : List.of("a", "-ab", "a/b", "a b", "")) {
      assertThatThrownBy(() -> ContainerNames.checked(wrong))
          .hasMessageContaining("Invalid container name");
    }
  }

  @Test
  void bothFormsOfFiltersAreRead() {
    var map = Filters.parse(Optional.of("{\"label\":{\"a=1\":true,\"b\":true}}"), Set.of("label"));
    var list = Filters.parse(Optional.of("{\"label\":[\"a=1\",\"b\"]}"), Set.of("label"));
    assertThat(map).isEqualTo(list);
    assertThat(map.labels(Map.of("a", "1", "b", "x"))).isTrue();
    assertThat(map.labels(Map.of("a", "1"))).isFalse();
    assertThat(Filters.parse(Optional.empty(), Set.of()).labels(Map.of())).isTrue();
  }

  @Test
  void booleansFollowDockersRule() {
    for (var no : List.of("", "0", "no", "False", "NONE")) {
      assertThat(request("/x?a=" + no).flag("a")).isFalse();
    }
    for (var yes : List.of("1", "true", "True", "x")) {
      assertThat(request("/x?a=" + yes).flag("a")).isTrue();
    }
  }

  @Test
  void theVersionInThePathIsTaken() {
    assertThat(Router.unversioned("/v1.24/x/y")).isEqualTo("/x/y");
    assertThat(Router.unversioned("/x")).isEqualTo("/x");
    assertThat(request("/v1.41/x").apiMinor()).isEqualTo(41);
    assertThat(request("/x").apiMinor()).isEqualTo(51);
  }

  @Test
  void startFailuresCarryTheTextThatClientsLookFor() {
    var hostile =
        new GuestExit.NotStarted(GuestExit.Reason.NOT_EXECUTABLE, "exec: \"/d\33[31m\": odd");
    assertThat(StartFailures.of(hostile))
        .hasMessageContaining("permission denied")
        .hasMessageNotContaining("\33");
    assertThat(StartFailures.of(hostile).exitCode()).isEqualTo(126);
  }

  @Test
  void undoesTheLastStepFirstAndGoesOnAfterAFailure() {
    var done = new ArrayList<String>();
    try (var undo = new Rollback()) {
      undo.add("one", () -> done.add("one"));
      undo.add(
          "two",
          () -> {
            throw new IllegalStateException("two");
          });
      undo.add("three", () -> done.add("three"));
    }
    assertThat(done).containsExactly("three", "one");
    try (var undo = new Rollback()) {
      undo.add("four", () -> done.add("four"));
      undo.disarm();
    }
    assertThat(done).hasSize(2);
  }

  @Test
  void durationsReadAsDockersDo() {
    assertThat(HumanTime.of(Duration.ofMillis(300))).isEqualTo("Less than a second");
    assertThat(HumanTime.of(Duration.ofSeconds(61))).isEqualTo("About a minute");
    assertThat(HumanTime.of(Duration.ofHours(3))).isEqualTo("3 hours");
    assertThat(HumanTime.of(Duration.ofDays(3))).isEqualTo("3 days");
  }

  @Test
  void aRuntimeDirectoryTooLongForSocketsIsRefused() {
    var path = Path.of("/run/" + "x".repeat(90));
    assertThatThrownBy(() -> new Installation(path, path, path))
        .hasMessageContaining("sockets allow 81");
  }

  @Test
  void theCommandLineIsChecked() {
    var good = List.of("--root", "/r", "--runtime-dir", "/d", "--install", "/k", "--accel", "tcg");
    assertThat(EngineOptions.parse(good).linger()).isEqualTo(Duration.ofMinutes(5));
    assertThatThrownBy(() -> EngineOptions.parse(List.of("--rooot", "/r")))
        .hasMessageContaining("--rooot");
    assertThatThrownBy(() -> EngineOptions.parse(List.of("--root", "/r")))
        .hasMessageContaining("is missing");
  }

  @Test
  void everyFieldIsInTheTableOnce() {
    var paths = FieldSupport.table().stream().map(FieldSupport::path).toList();
    assertThat(paths).doesNotHaveDuplicates();
    var unexplained =
        FieldSupport.table().stream()
            .filter(f -> f.reason().isEmpty() != (f.support() == FieldSupport.Support.HONOURED))
            .collect(Collectors.toList());
    assertThat(unexplained).isEmpty();
  }

  private static HttpRequest request(String target) {
    return HttpRequest.of("GET", target, Map.of(), true);
  }
}
