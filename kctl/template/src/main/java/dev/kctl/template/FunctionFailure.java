package dev.kctl.template;

/** A function does not like its arguments; the place is added by whoever called it. */
final class FunctionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FunctionFailure(String message) {
    super(message);
  }
}
