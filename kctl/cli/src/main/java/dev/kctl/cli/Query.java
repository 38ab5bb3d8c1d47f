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

  /** The query with one parameter more, unless that is empty. */
  String with(String name, String value) {
    var more = new Query();
    more.text.append(text);
    more.add(name, value);
    return more.toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
