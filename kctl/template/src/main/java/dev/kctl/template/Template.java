package dev.kctl.template;

import dev.kctl.template.Expression.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template of Go's. Values are strings, longs, doubles, booleans, lists, maps and {@link Row}s; a
 * {@link java.util.SortedMap} stands for a map, in which a missing key is no error, any other map
 * for a struct.
 */
public final class Template {
  private final String text;
  private final List<Node> nodes;

  private Template(String text, List<Node> nodes) {
    this.text = text;
    this.nodes = nodes;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException where it is none
   */
  public static Template parse(String text) {
    return new Template(text, Parser.parse(text, Functions.names()));
  }

  /**
   * Fills it in.
   *
   * @throws TemplateException where it asks for what is not there
   */
  public String render(@Nullable Object data) {
    var out = new StringBuilder();
    var _ = new Renderer(new Evaluator(text, data), out).render(nodes, data);
    return out.toString();
  }
}
