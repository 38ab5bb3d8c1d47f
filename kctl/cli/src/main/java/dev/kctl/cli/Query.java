package dev.kctl.cli;

/** The query of a request, from what the user said. */
final class Query {
  private final StringBuilder text = new StringBuilder();

  /** Adds a parameter unless it is empty. */
  void add(String name, String value) {
    if (!value.isEmpty()) {
      text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(Engine.encode(value));
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
