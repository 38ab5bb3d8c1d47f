package dev.kctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command: its model, built by hand since annotations cost 20 ms, and what it does. */
interface Command {
  CommandSpec spec();

  /** Does it and returns the exit code. */
  int run(ParseResult arguments, Session session);
}
