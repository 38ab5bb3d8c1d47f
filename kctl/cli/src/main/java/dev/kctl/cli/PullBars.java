package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One line for each layer, redrawn in place, and at the end how long what took. */
final class PullBars implements PullDisplay {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int ID_WIDTH = 12;
  private static final int PHASE_WIDTH = 18;
  private static final int SIZE_WIDTH = 6;
  private static final int LONGEST_BAR = 40;
  private static final int SHORTEST_BAR = 8;

  private final Output output;
  private final Tty.Size screen;
  private final BarStyle style;
  private final LongSupplier nanos;
  private final long begin;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private final Span download = new Span();
  private final Span convert = new Span();
  private int drawn;
  private long lastDrawn;

  PullBars(Output output, Tty.Size screen, BarStyle style, LongSupplier nanos) {
    this.output = output;
    this.screen = screen;
    this.style = style;
    this.nanos = nanos;
    begin = nanos.getAsLong();
    lastDrawn = begin - REDRAW_NANOS;
  }

  @Override
  public void show(JsonObject line) {
    var id = line.string("id");
    var status = line.string("status");
    if (id.isEmpty()) {
      remarks.add(status);
    } else if (status.startsWith("Pulling from")) {
      output.line(id + ": " + status);
    } else {
      update(layers.computeIfAbsent(id, _ -> new Layer()), status, line.object("progressDetail"));
      drawIfDue();
    }
  }

  @Override
  public void end() {
    draw();
    var text = new StringBuilder();
    remarks.forEach(remark -> text.append(remark).append('\n'));
    output.print(text.append(summary()).append('\n'));
  }

  @Override
  public void abandon() {
    draw();
  }

  private void update(Layer layer, String status, JsonObject progress) {
    var now = nanos.getAsLong();
    layer.phase = status;
    layer.current = progress.number("current");
    layer.total = progress.number("total");
    switch (status) {
      case "Downloading" -> {
        download.touch(now);
        layer.bytes = Math.max(layer.bytes, layer.total);
      }
      case "Verifying Checksum", "Download complete" -> download.extend(now);
      case "Extracting" -> convert.touch(now);
      case "Pull complete" -> {
        convert.extend(now);
        layer.done = true;
      }
      case "Already exists" -> layer.done = true;
      default -> {}
    }
  }

  private String summary() {
    var bytes = 0L;
    for (var layer : layers.values()) {
      bytes += layer.bytes;
    }
    var text = new StringBuilder(Human.millis(millis(nanos.getAsLong() - begin)));
    text.append(" for ").append(layers.size()).append(layers.size() == 1 ? " layer" : " layers");
    if (bytes > 0) {
      text.append(", ").append(Human.size(bytes));
    }
    if (download.known()) {
      text.append(": download ").append(Human.millis(millis(download.length())));
      if (convert.known()) {
        text.append(", convert ").append(Human.millis(millis(convert.length())));
      }
    }
    return style.faint(text.toString());
  }

  private void drawIfDue() {
    if (nanos.getAsLong() - lastDrawn >= REDRAW_NANOS) {
      draw();
    }
  }

  private void draw() {
    lastDrawn = nanos.getAsLong();
    var text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    var lines = lines();
    for (var line : lines) {
      text.append('\r').append(line).append("\u001b[K\n");
    }
    output.print(text.append("\u001b[J"));
    drawn = lines.size();
  }

  /** Every layer, or where they do not fit: how many are done, and those at work. */
  private List<String> lines() {
    var lines = new ArrayList<String>();
    var fitting = Math.max(1, screen.rows() - 2);
    if (layers.size() <= fitting) {
      layers.forEach((id, layer) -> lines.add(line(id, layer)));
      return lines;
    }
    var done = layers.values().stream().filter(layer -> layer.done).count();
    lines.add(done + " of " + layers.size() + " layers complete");
    layers.forEach(
        (id, layer) -> {
          if (!layer.done && lines.size() < fitting) {
            lines.add(line(id, layer));
          }
        });
    return lines;
  }

  private String line(String id, Layer layer) {
    var name = padded(id.length() > ID_WIDTH ? id.substring(0, ID_WIDTH) : id, ID_WIDTH);
    var phase = padded(layer.phase, PHASE_WIDTH);
    if (layer.done) {
      var size = layer.bytes > 0 ? Human.size(layer.bytes) : "";
      return name + "  " + style.done(phase) + "  " + size;
    }
    if (layer.current <= 0) {
      return name + "  " + style.faint(phase.stripTrailing());
    }
    var fixed = ID_WIDTH + PHASE_WIDTH + 2 * SIZE_WIDTH + "      / ".length();
    var width = Math.clamp(screen.columns() - 1L - fixed, SHORTEST_BAR, LONGEST_BAR);
    var current = Human.size(layer.current);
    if (layer.total <= 0) {
      return name + "  " + phase + "  " + current;
    }
    return name
        + "  "
        + phase
        + "  "
        + style.bar(layer.current, layer.total, width)
        + "  "
        + " ".repeat(Math.max(0, SIZE_WIDTH - current.length()))
        + current
        + "/"
        + Human.size(layer.total);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static final class Layer {
    private String phase = "";
    private long current;
    private long total;
    private long bytes;
    private boolean done;
  }

  /** From the first to the last time something was seen. */
  private static final class Span {
    private long first;
    private long last;
    private boolean seen;

    void touch(long now) {
      if (!seen) {
        first = now;
        seen = true;
      }
      last = now;
    }

    /** The end of what began earlier; nothing where it never began. */
    void extend(long now) {
      if (seen) {
        last = now;
      }
    }

    boolean known() {
      return seen;
    }

    long length() {
      return last - first;
    }
  }
}
