package dev.kctl.cli;

/** JSON's null, where somebody wants to know of it. */
enum JsonNull {
  NULL
}
