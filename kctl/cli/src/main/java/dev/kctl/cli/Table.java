package dev.kctl.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as their widest cell and three spaces, ten at least, as Docker prints them. */
final class Table {
  private static final int GAP = 3;
  private static final int NARROWEST = 10;

  private final List<String[]> rows = new ArrayList<>();
  private int[] widths;
  private int narrowest = NARROWEST;

  Table(String... header) {
    widths = new int[header.length];
    row(header);
  }

  /** Lines that may have different numbers of cells. */
  static Table ofLines(List<List<String>> lines) {
    var table = new Table();
    for (var line : lines) {
      table.widths = Arrays.copyOf(table.widths, Math.max(table.widths.length, line.size()));
      table.row(line.toArray(String[]::new));
    }
    return table;
  }

  /** With columns as wide as this at least. */
  Table withColumnsOf(int width) {
    narrowest = width;
    return this;
  }

  void row(String... cells) {
    for (var column = 0; column < cells.length; column++) {
      widths[column] = Math.max(widths[column], cells[column].length());
    }
    rows.add(cells);
  }

  void appendTo(StringBuilder out) {
    for (var cells : rows) {
      if (cells.length == 0) {
        continue;
      }
      for (var column = 0; column < cells.length; column++) {
        var cell = cells[column];
        out.append(cell);
        if (column < cells.length - 1) {
          out.repeat(' ', Math.max(widths[column] + GAP, narrowest) - cell.length());
        }
      }
      out.append('\n');
    }
  }
}
