package dev.kctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Docker's own client, 28, was seen to print and say for the same. */
class TemplateTest {
  private static final Map<String, Object> DATA = data();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{{.Name}}~/x",
        "a {{- .Name -}} b~a/xb",
        "{{.State.Status}} {{.ID}} {{.Id}}~running abc abc",
        "{{json .Config.Env}}~[\"A=1\",\"B=<2>\"]",
        "{{json .State}}~{\"Status\":\"running\",\"Running\":true,\"Code\":0}",
        "{{.Config.Env}} {{.Config.Labels}}~[A=1 B=<2>] map[a:b c:d]",
        "{{.State}}~{running true 0}",
        "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}|~a=b c=d |",
        "{{range $i, $e := .Config.Env}}{{$i}}:{{$e}};{{else}}none{{end}}~0:A=1;1:B=<2>;",
        "{{range .Mounts}}x{{else}}none{{end}}~none",
        "{{range .Config.Env}}{{if eq . \"A=1\"}}{{continue}}{{end}}{{.}}{{end}}~B=<2>",
        "{{range .Config.Env}}{{.}}{{break}}{{end}}~A=1",
        "{{with .Config.Labels}}{{.a}}{{end}}~b",
        "{{with .Mounts}}x{{else}}y{{end}}~y",
        "{{if .State.Running}}up{{else}}down{{end}}~up",
        "{{if .Mounts}}1{{else if .State.Code}}2{{else}}3{{end}}~3",
        "{{.Config.Labels.zz}}|{{index .Config.Labels \"zz\"}}|~<no value>||",
        "{{index .Config.Labels \"a\"}}{{index .Config.Env 1}}~bB=<2>",
        "{{(index .Config.Env 0)}} {{len .Config.Env}} {{len .Name}}~A=1 2 2",
        "{{.Memory}} {{.Cpu}} {{.Missing}}~134217728 1.5 map[]",
        "{{join .Config.Env \";\"}}~A=1;B=<2>",
        "{{split \"a,b\" \",\"}} {{title \"ab cd\"}} {{pad \"x\" 2 3}}|~[a b] Ab Cd   x   |",
        "{{truncate \"abcdef\" 3}}{{lower \"AB\"}}{{upper .Name}}~abcab/X",
        "{{.Name | upper | printf \"%s-%s\" \"a\"}}~a-/X",
        "{{printf \"%d %s %v %q %t %5.2f %x|%-8s|%08d\" 3 \"a\" 1.5 \"q\" true 3.14159 255 \"ab\""
            + " 42}}~3 a 1.5 \"q\" true  3.14 ff|ab      |00000042",
        "{{printf \"%q %-10s|\" \"WEB\"}}~\"WEB\" %!s(MISSING)|",
        "{{printf \"%s\" 3}}{{printf \"x\" 1}}~%!s(int=3)x%!(EXTRA int=1)",
        "{{1.0}} {{1e6}} {{0x10}} {{true}} {{1e21}} {{100000000.5}}"
            + "~1 1e+06 16 true 1e+21 1.000000005e+08",
        "{{print 1 2 \"a\" \"b\" 3}}~1 2ab3",
        "{{and 1 0}} {{or 0 \"x\"}} {{not 0}} {{lt 1 2}} {{ge \"b\" \"a\"}} {{eq 1 2 1}}~0 x true"
            + " true true true",
        "{{$x := .Name}}{{range .Config.Env}}{{$x = .}}{{end}}{{$x}}~B=<2>",
        "{{$.Name}}{{with .State}}{{$.Name}}{{end}}~/x/x",
        "{{/* said to nobody */}}x~x",
        "{{\"a\\tb\"}}{{`raw\\n`}}{{'A'}}~a\tbraw\\n65",
        "{{slice .Name 1}}{{slice .Config.Env 1 2}}~x[B=<2>]",
        "{{.Networks.bridge.Address}}~1.2.3.4",
        "{{range $n, $c := .Networks}}{{$n}}:{{$c.Address}}{{end}}~bridge:1.2.3.4",
        "{{html \"<&>\"}}{{urlquery \"a b&c\"}}~&lt;&amp;&gt;a+b%26c",
        "{{or .Missing .Name}}{{and .Name .Memory}}~/x134217728"
      })
  void fillsIn(String template, String text) {
    assertThat(Template.parse(template).render(DATA)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{{.Names~:1: unclosed action",
        "{{foo}}~:1: function \"foo\" not defined",
        "{{if}}x{{end}}~:1: missing value for if",
        "{{end}}~:1: unexpected {{end}}",
        "{{range .Name}}~:1: unexpected EOF",
        "{{\"x}}~:1: unterminated quoted string",
        "{{.Name}~:1: bad character U+007D '}'",
        "{{$x}}~:1: undefined variable \"$x\"",
        "{{1a}}~:1: bad number syntax: \"1a\"",
        "{{|}}~:1: unexpected \"|\" in command",
        "{{break}}~:1: {{break}} outside {{range}}",
        "{{(.Name}}~:1: unclosed left paren",
        "{{.Foo}}~:1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"",
        "{{.State.Foo}}~:1:8: executing \"\" at <.State.Foo>: map has no entry for key \"Foo\"",
        "{{len 3}}~:1:2: executing \"\" at <len 3>: error calling len: len of type int",
        "{{eq 1 \"a\"}}~:1:2: executing \"\" at <eq 1 \"a\">: error calling eq: incompatible types"
            + " for comparison",
        "{{len}}~:1:2: executing \"\" at <len>: wrong number of args for len: want 1 got 0",
        "x{{index .Config.Env 5}}~:1:3: executing \"\" at <index .Config.Env 5>: error calling"
            + " index: index out of range: 5",
        "{{nil}}~:1:2: executing \"\" at <nil>: nil is not a command",
        "{{.Memory.X}}~:1:9: executing \"\" at <.Memory.X>: can't evaluate field X in type int"
      })
  void saysWhatIsWrong(String template, String said) {
    assertThatThrownBy(() -> Template.parse(template).render(DATA))
        .isInstanceOf(TemplateException.class)
        .hasMessage("template: " + said);
  }

  @Test
  void fillsInRows() {
    var row =
        new Row(
            "*formatter.ContainerContext",
            Map.of("Names", "web", "Ports", "80->80/tcp"),
            Map.of("Label", "label of "::concat));
    assertThat(Template.parse("{{.Names}} {{.Label \"k\"}}").render(row))
        .isEqualTo("web label of k");
    assertThat(Template.parse("{{json .}}").render(row))
        .isEqualTo("{\"Names\":\"web\",\"Ports\":\"80-\\u003e80/tcp\"}");
    assertThatThrownBy(() -> Template.parse("{{.Foo}}").render(row))
        .hasMessageEndingWith("can't evaluate field Foo in type *formatter.ContainerContext");
  }

  private static Map<String, Object> data() {
    var state = new LinkedHashMap<String, Object>();
    state.put("Status", "running");
    state.put("Running", true);
    state.put("Code", 0L);
    var config = new LinkedHashMap<String, Object>();
    config.put("Env", Arrays.asList("A=1", "B=<2>"));
    config.put("Labels", new TreeMap<>(Map.of("a", "b", "c", "d")));
    var data = new LinkedHashMap<String, Object>();
    data.put("Id", "abc");
    data.put("Name", "/x");
    data.put("State", state);
    data.put("Config", config);
    data.put("Mounts", List.of());
    data.put("Memory", 134217728L);
    data.put("Cpu", 1.5);
    data.put("Missing", new TreeMap<String, Object>());
    data.put("Networks", new TreeMap<>(Map.of("bridge", Map.of("Address", "1.2.3.4"))));
    return data;
  }
}
