package dev.kctl.cli;

import picocli.CommandLine.ParseResult;

/** The bounds that both {@code run} and {@code update} set, in the API's words. */
final class ResourceFlags {
  private ResourceFlags() {}

  /** Adds those that were given to the open object. */
  static void write(ParseResult flags, JsonWriter json) {
    size(flags, json, "--memory", "Memory");
    size(flags, json, "--memory-reservation", "MemoryReservation");
    if (flags.hasMatchedOption("--memory-swap")) {
      var text = flags.matchedOptionValue("--memory-swap", "");
      json.field("MemorySwap", text.equals("-1") ? -1 : SizeText.bytes("--memory-swap", text));
    }
    if (flags.hasMatchedOption("--cpus")) {
      json.field("NanoCpus", SizeText.nanoCpus("--cpus", flags.matchedOptionValue("--cpus", "")));
    }
    number(flags, json, "--cpu-shares", "CpuShares");
    number(flags, json, "--cpu-period", "CpuPeriod");
    number(flags, json, "--cpu-quota", "CpuQuota");
    number(flags, json, "--pids-limit", "PidsLimit");
    text(flags, json, "--cpuset-cpus", "CpusetCpus");
    text(flags, json, "--cpuset-mems", "CpusetMems");
  }

  private static void size(ParseResult flags, JsonWriter json, String flag, String member) {
    if (flags.hasMatchedOption(flag)) {
      json.field(member, SizeText.bytes(flag, flags.matchedOptionValue(flag, "")));
    }
  }

  private static void number(ParseResult flags, JsonWriter json, String flag, String member) {
    if (flags.hasMatchedOption(flag)) {
      json.field(member, Numbers.whole(flag, flags.matchedOptionValue(flag, "")));
    }
  }

  private static void text(ParseResult flags, JsonWriter json, String flag, String member) {
    if (flags.hasMatchedOption(flag)) {
      json.field(member, flags.matchedOptionValue(flag, ""));
    }
  }
}
