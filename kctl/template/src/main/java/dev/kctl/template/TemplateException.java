package dev.kctl.template;

/** Why a template cannot be read or filled in, in Go's words. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }
}
