package dev.kctl.engine;

import java.util.Locale;

/** The page docs/api-fields.md, made from {@link FieldTable}; a test holds the two together. */
final class FieldDocs {
  private static final String HEAD =
      """
      # Fields of a create request

      Made from `FieldTable`, the one list by which `POST /containers/create` is checked: nothing that is set is dropped silently.
      *honoured*: as with Docker, or refused in Docker's words where the value makes no sense. *refused*: the request is answered 400.
      *warned* and *meaningless*: the container is made, and the field named in `Warnings`; a meaningless one could have no effect where
      every container is a machine of its own.

      | field | flag of `run` | fate | why |
      |---|---|---|---|
      """;

  private FieldDocs() {}

  static String page() {
    var page = new StringBuilder(HEAD);
    for (var field : FieldSupport.table()) {
      page.append("| `").append(field.path()).append("` | ");
      page.append(field.flag().isEmpty() ? "" : "`" + field.flag() + "`").append(" | ");
      page.append(field.support().name().toLowerCase(Locale.ROOT)).append(" | ");
      page.append(field.reason().replace("|", "\\|")).append(" |\n");
    }
    return page.toString();
  }
}
