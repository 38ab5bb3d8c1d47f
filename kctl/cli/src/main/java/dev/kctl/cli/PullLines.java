package dev.kctl.cli;

/** A line for each step of each layer, as Docker writes when its output is no terminal. */
final class PullLines implements PullDisplay {
  private final Output output;

  PullLines(Output output) {
    this.output = output;
  }

  @Override
  public void show(JsonObject line) {
    if (line.object("progressDetail").has("current")) {
      return;
    }
    var id = line.string("id");
    output.line((id.isEmpty() ? "" : id + ": ") + line.string("status"));
  }

  @Override
  public void end() {}

  @Override
  public void abandon() {}
}
