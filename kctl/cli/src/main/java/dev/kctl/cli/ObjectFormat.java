package dev.kctl.cli;

import dev.kctl.template.Template;
import dev.kctl.template.TemplateException;
import org.jspecify.annotations.Nullable;

/** The template behind {@code inspect --format} and its like: one object at a time. */
final class ObjectFormat {
  /** What Docker's client returns for a template that is none. */
  private static final int NO_TEMPLATE = 64;

  private final @Nullable Template template;

  private ObjectFormat(@Nullable Template template) {
    this.template = template;
  }

  /** {@code json}, or a template. */
  static ObjectFormat parse(String format) {
    try {
      return new ObjectFormat(format.equals("json") ? null : Template.parse(format));
    } catch (TemplateException e) {
      throw new BadFormat("template parsing error: " + e.getMessage(), NO_TEMPLATE, e);
    }
  }

  /** What to print for an object, without the line's end. */
  String of(String json) {
    if (template == null) {
      return json;
    }
    try {
      return template.render(Json.tree(json));
    } catch (TemplateException e) {
      throw new BadFormat("template parsing error: " + e.getMessage(), ExitCode.FAILED, e);
    }
  }
}
