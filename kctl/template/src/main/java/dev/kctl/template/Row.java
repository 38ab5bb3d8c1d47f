package dev.kctl.template;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a line of a table is made of: columns by name, and methods that take an argument, such as
 * {@code .Label "key"}.
 *
 * @param type as errors name it
 */
public record Row(String type, Map<String, Object> columns, Map<String, Method> methods) {

  /** What a name with an argument gives. */
  public interface Method {
    /** The result for one argument. */
    Object of(String argument);
  }

  /** As JSON, its columns sorted by name, as Go writes them. */
  public String json() {
    return JsonText.of(new TreeMap<>(columns), true);
  }

  @Nullable Object column(String name) {
    return columns.get(name);
  }
}
