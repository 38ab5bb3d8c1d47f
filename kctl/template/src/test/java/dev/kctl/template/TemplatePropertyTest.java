package dev.kctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TemplatePropertyTest {
  @Property
  void writesTextWithoutBracesAsItIs(@ForAll String text) {
    var plain = text.replace("{", "");
    assertThat(Template.parse(plain).render(Map.of())).isEqualTo(plain);
  }

  @Property
  void readsBackWhatItQuotes(@ForAll String text) {
    var valid = text.codePoints().filter(c -> !Character.isSurrogate((char) c)).toArray();
    var plain = new String(valid, 0, valid.length);
    assertThat(Template.parse("{{" + GoText.quote(plain) + "}}").render(Map.of())).isEqualTo(plain);
  }

  @Property(tries = 5000)
  void failsInGosWordsOnly(@ForAll("scraps") List<String> scraps) {
    var text = String.join("", scraps);
    assertThatCode(
            () -> {
              try {
                var _ = Template.parse(text).render(Map.of("A", List.of("x", 1L), "B", Map.of()));
              } catch (TemplateException e) {
                assertThat(e).hasMessageStartingWith("template: :").hasMessageNotContaining("\n\n");
              }
            })
        .doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<List<String>> scraps() {
    return Arbitraries.of(
            "{{",
            "}}",
            "{{- ",
            " -}}",
            " ",
            ".",
            ".A",
            ".B",
            "$",
            "$x",
            ":=",
            "=",
            ",",
            "|",
            "(",
            ")",
            "\"s\"",
            "`r`",
            "'c'",
            "1",
            "-2",
            "0x1f",
            "1.5",
            "if ",
            "else ",
            "end",
            "range ",
            "with ",
            "break",
            "len ",
            "index ",
            "printf ",
            "\"%d%s\"",
            "eq ",
            "and ",
            "json ",
            "nil",
            "true",
            "/*",
            "*/",
            "\n",
            "x",
            "{{.A}}",
            "{{end}}",
            "{{range .A}}",
            "{{if .B}}")
        .list()
        .ofMaxSize(14);
  }
}
