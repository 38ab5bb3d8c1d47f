package dev.kctl.template;

import dev.kctl.template.Expression.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a template filled in with values. */
final class Renderer {
  private static final int LONGEST = 64 << 20;

  private final Evaluator evaluator;
  private final StringBuilder out;

  Renderer(Evaluator evaluator, StringBuilder out) {
    this.evaluator = evaluator;
    this.out = out;
  }

  /** How a list of nodes came to its end. */
  enum Flow {
    ON,
    CONTINUE,
    BREAK
  }

  Flow render(List<Node> nodes, @Nullable Object dot) {
    for (var node : nodes) {
      var flow = render(node, dot);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow render(Node node, @Nullable Object dot) {
    switch (node) {
      case Node.Text text -> write(text.text());
      case Node.Action action -> {
        var value = evaluator.pipeline(action.pipeline(), dot);
        if (action.pipeline().variables().isEmpty()) {
          write(GoText.written(value));
        }
      }
      case Node.Jump jump -> {
        return jump.ends() ? Flow.BREAK : Flow.CONTINUE;
      }
      case Node.If branch -> {
        var known = evaluator.known();
        var chosen = GoText.isTrue(evaluator.pipeline(branch.condition(), dot));
        var flow = render(chosen ? branch.then() : branch.otherwise(), dot);
        evaluator.forget(known);
        return flow;
      }
      case Node.With with -> {
        var known = evaluator.known();
        var value = evaluator.pipeline(with.value(), dot);
        var flow =
            GoText.isTrue(value) ? render(with.then(), value) : render(with.otherwise(), dot);
        evaluator.forget(known);
        return flow;
      }
      case Node.Range range -> {
        return range(range, dot);
      }
    }
    return Flow.ON;
  }

  private Flow range(Node.Range range, @Nullable Object dot) {
    var known = evaluator.known();
    var elements = entries(range, evaluator.withoutVariables(range.elements(), dot));
    for (var element : elements) {
      var variables = range.elements().variables();
      if (!variables.isEmpty()) {
        var first = variables.size() == 1 ? element.value() : element.key();
        evaluator.put(variables.getFirst(), first, range.elements().assigns());
      }
      if (variables.size() > 1) {
        evaluator.put(variables.get(1), element.value(), range.elements().assigns());
      }
      var flow = render(range.body(), element.value());
      evaluator.forget(known);
      if (flow == Flow.BREAK) {
        break;
      }
    }
    return elements.isEmpty() ? render(range.otherwise(), dot) : Flow.ON;
  }

  private record Entry(Object key, @Nullable Object value) {}

  private List<Entry> entries(Node.Range range, @Nullable Object value) {
    var entries = new ArrayList<Entry>();
    switch (value) {
      case null -> {}
      case List<?> list -> {
        for (var element : list) {
          entries.add(new Entry((long) entries.size(), element));
        }
      }
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, @Nullable Object>();
        map.forEach((key, element) -> sorted.put(String.valueOf(key), element));
        sorted.forEach((key, element) -> entries.add(new Entry(key, element)));
      }
      case Long count when count >= 0 && count <= 1 << 20 -> {
        for (var i = 0L; i < count; i++) {
          entries.add(new Entry(i, i));
        }
      }
      case Object other ->
          throw evaluator.failure(range.elements(), "range can't iterate over " + GoText.of(other));
    }
    return entries;
  }

  private void write(String text) {
    out.append(text);
    if (out.length() > LONGEST) {
      throw new TemplateException("template: : the output is longer than " + LONGEST);
    }
  }
}
