package dev.kctl.cli;

import dev.kctl.template.Row;
import dev.kctl.template.Template;
import dev.kctl.template.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The lines of a list in the form that {@code --format} asks for: a table, one of the user's own
 * columns, JSON, or a template for each line.
 *
 * @param type of the rows, as Docker's errors name it
 * @param headers of every column there is, by the column's name
 * @param standard names of the columns that are shown unless somebody says otherwise
 */
record Listing(String type, Map<String, String> headers, List<String> standard) {
  private static final String TABLE = "table";

  /** A row of this list. */
  Row row(Map<String, Object> columns, Map<String, Row.Method> methods) {
    return new Row(type, columns, methods);
  }

  /** Everything there is to print. */
  String render(String format, List<Row> rows) {
    var wanted = format.strip();
    if (wanted.isEmpty() || wanted.equals(TABLE)) {
      return standardTable(rows);
    }
    if (wanted.equals("json")) {
      return lines(rows, Row::json);
    }
    if (wanted.startsWith(TABLE + " ")) {
      return ownTable(wanted.substring(TABLE.length()).strip(), rows);
    }
    var template = parse(wanted);
    return lines(rows, row -> fill(template, row));
  }

  private String standardTable(List<Row> rows) {
    var table = new Table(standard.stream().map(this::header).toArray(String[]::new));
    for (var row : rows) {
      table.row(
          standard.stream()
              .map(column -> String.valueOf(row.columns().get(column)))
              .toArray(String[]::new));
    }
    var out = new StringBuilder();
    table.appendTo(out);
    return out.toString();
  }

  private String ownTable(String format, List<Row> rows) {
    var template = parse(format);
    var lines = new ArrayList<List<String>>();
    lines.add(cells(fill(template, head())));
    for (var row : rows) {
      lines.add(cells(fill(template, row)));
    }
    var out = new StringBuilder();
    Table.ofLines(lines).appendTo(out);
    return out.toString();
  }

  /** Headers where a row has values; of a label, its name. */
  private Row head() {
    return new Row(type, new LinkedHashMap<>(headers), Map.of("Label", name -> name));
  }

  private String header(String column) {
    return String.valueOf(headers.get(column));
  }

  private static List<String> cells(String line) {
    var cells = new ArrayList<String>();
    var start = 0;
    for (var tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', start)) {
      cells.add(line.substring(start, tab));
      start = tab + 1;
    }
    cells.add(line.substring(start));
    return cells;
  }

  private static String lines(List<Row> rows, Function<Row, String> line) {
    var out = new StringBuilder();
    rows.forEach(row -> out.append(line.apply(row)).append('\n'));
    return out.toString();
  }

  /** Nobody's shell turns these two into what they mean. */
  private static Template parse(String format) {
    try {
      return Template.parse(format.replace("\\t", "\t").replace("\\n", "\n"));
    } catch (TemplateException e) {
      throw new BadFormat("failed to parse template: " + e.getMessage(), ExitCode.FAILED, e);
    }
  }

  private static String fill(Template template, Row row) {
    try {
      return template.render(row);
    } catch (TemplateException e) {
      throw new BadFormat("failed to execute template: " + e.getMessage(), ExitCode.FAILED, e);
    }
  }
}
