package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell and three spaces, ten at least, as Docker prints them. */
final class Table {
  private static final int GAP = 3;
  private static final int NARROWEST = 10;

  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  Table(String... header) {
    widths = new int[header.length];
    row(header);
  }

  void row(String... cells) {
    for (var column = 0; column < cells.length; column++) {
      widths[column] = Math.max(widths[column], cells[column].length());
    }
    rows.add(cells);
  }

  void appendTo(StringBuilder out) {
    for (var cells : rows) {
      for (var column = 0; column < cells.length; column++) {
        var cell = cells[column];
        out.append(cell);
        if (column < cells.length - 1) {
          out.repeat(' ', Math.max(widths[column] + GAP, NARROWEST) - cell.length());
        }
      }
      out.append('\n');
    }
  }
}
