package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What {@code run} asks for, checked and in the engine's words.
 *
 * @param words the image, then the command and its arguments
 */
record RunRequest(ParseResult flags, List<String> words, Map<String, String> environment) {

  static RunRequest of(ParseResult flags, Map<String, String> environment) {
    return new RunRequest(flags, flags.matchedPositionalValue(0, List.of()), environment);
  }

  String image() {
    return words.getFirst();
  }

  boolean has(String flag) {
    return flags.hasMatchedOption(flag);
  }

  String one(String flag) {
    return flags.matchedOptionValue(flag, "");
  }

  private List<String> many(String flag) {
    return flags.matchedOptionValue(flag, List.of());
  }

  PullPolicy pull() {
    return PullPolicy.parse(one("--pull"));
  }

  boolean proxiesSignals() {
    return !has("--sig-proxy") || RunFlags.isTrue("--sig-proxy", one("--sig-proxy"));
  }

  /** The path of the request that makes the container. */
  String createPath() {
    var query = new Query();
    query.add("name", one("--name"));
    query.add("platform", one("--platform"));
    return "/containers/create" + query;
  }

  /** The body of that request: only what the user said. */
  String createBody(Tty.@Nullable Size console) {
    var json = new JsonWriter().beginObject();
    json.field("Image", image());
    if (words.size() > 1) {
      json.field("Cmd", words.subList(1, words.size()));
    }
    if (has("--entrypoint")) {
      json.field("Entrypoint", List.of(one("--entrypoint")));
    }
    optional(json, "--hostname", "Hostname");
    optional(json, "--user", "User");
    optional(json, "--workdir", "WorkingDir");
    json.field("Env", EnvFile.environment(many("--env-file"), many("--env"), environment));
    json.field("Labels", labels());
    streams(json);
    hostConfig(json.name("HostConfig"), console);
    return json.endObject().toString();
  }

  private void streams(JsonWriter json) {
    var interactive = has("--interactive");
    json.field("AttachStdin", interactive).field("AttachStdout", true).field("AttachStderr", true);
    json.field("Tty", has("--tty"));
    json.field("OpenStdin", interactive).field("StdinOnce", interactive);
  }

  private void hostConfig(JsonWriter json, Tty.@Nullable Size console) {
    json.beginObject().field("AutoRemove", has("--rm"));
    if (has("--memory")) {
      json.field("Memory", SizeText.bytes("--memory", one("--memory")));
    }
    if (has("--cpus")) {
      json.field("NanoCpus", SizeText.nanoCpus("--cpus", one("--cpus")));
    }
    if (has("--read-only")) {
      json.field("ReadonlyRootfs", true);
    }
    if (has("--init")) {
      json.field("Init", true);
    }
    if (has("--vmm") || has("--runtime")) {
      json.field("Runtime", has("--vmm") ? one("--vmm") : one("--runtime"));
    }
    if (has("--annotation")) {
      json.field("Annotations", pairs("--annotation", many("--annotation")));
    }
    if (console != null) {
      json.name("ConsoleSize").raw("[" + console.rows() + "," + console.columns() + "]");
    }
    json.endObject();
  }

  private Map<String, String> labels() {
    var lines = new ArrayList<String>();
    for (var file : many("--label-file")) {
      lines.addAll(EnvFile.read(file));
    }
    lines.addAll(many("--label"));
    return pairs("--label", lines);
  }

  private void optional(JsonWriter json, String flag, String member) {
    if (has(flag)) {
      json.field(member, one(flag));
    }
  }

  private static Map<String, String> pairs(String flag, List<String> lines) {
    var pairs = new LinkedHashMap<String, String>();
    for (var line : lines) {
      var equals = line.indexOf('=');
      if (line.isEmpty() || equals == 0) {
        throw new UsageError("invalid value '" + line + "' for " + flag + ": it has no name");
      }
      pairs.put(
          equals < 0 ? line : line.substring(0, equals),
          equals < 0 ? "" : line.substring(equals + 1));
    }
    return pairs;
  }

  /** When to fetch an image. */
  enum PullPolicy {
    ALWAYS,
    MISSING,
    NEVER;

    static PullPolicy parse(String text) {
      return switch (text) {
        case "always" -> ALWAYS;
        case "", "missing" -> MISSING;
        case "never" -> NEVER;
        default ->
            throw new UsageError(
                "invalid value " + text + " for --pull: not always, missing or never");
      };
    }
  }
}
