package dev.kctl.net;

/** A program that networks need is not installed. */
public final class ToolMissing extends NetworkException {
  ToolMissing(String message) {
    super(message);
  }
}
