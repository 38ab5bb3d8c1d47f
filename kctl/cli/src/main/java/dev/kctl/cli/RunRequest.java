package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  List<String> many(String flag) {
    return flags.matchedOptionValue(flag, List.of());
  }

  PullPolicy pull() {
    return PullPolicy.parse(one("--pull"));
  }

  boolean proxiesSignals() {
    return !has("--sig-proxy") || BooleanFlags.isTrue("--sig-proxy", one("--sig-proxy"));
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
    optional(json, "--domainname", "Domainname");
    optional(json, "--user", "User");
    optional(json, "--workdir", "WorkingDir");
    optional(json, "--stop-signal", "StopSignal");
    if (has("--stop-timeout")) {
      json.field("StopTimeout", Numbers.whole("--stop-timeout", one("--stop-timeout")));
    }
    json.field("Env", EnvFile.environment(many("--env-file"), many("--env"), environment));
    json.field("Labels", labels());
    streams(json);
    HealthFlags.write(this, json);
    var ports = PortFlags.of(many("--publish"), many("--expose"));
    var networks = NetworkFlags.of(this);
    ports.writeExposed(json);
    new HostConfigBody(this, ports, networks).write(json.name("HostConfig"), console);
    networks.writeEndpoints(json);
    return json.endObject().toString();
  }

  private void streams(JsonWriter json) {
    var streams = streams();
    json.field("AttachStdin", streams.stdin()).field("AttachStdout", streams.stdout());
    json.field("AttachStderr", streams.stderr()).field("Tty", has("--tty"));
    json.field("OpenStdin", has("--interactive")).field("StdinOnce", streams.stdin());
  }

  /** Which streams to stay with: none in the background, else those said, else all there are. */
  Streams streams() {
    var said = many("--attach").stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (var name : said) {
      if (!List.of("stdin", "stdout", "stderr").contains(name)) {
        throw new UsageError(
            "invalid argument \""
                + name
                + "\" for --attach: valid streams are STDIN, STDOUT and STDERR");
      }
    }
    if (has("--detach")) {
      if (!said.isEmpty()) {
        throw new UsageError("conflicting options: cannot specify both --attach and --detach");
      }
      return new Streams(false, false, false);
    }
    return said.isEmpty()
        ? new Streams(has("--interactive"), true, true)
        : new Streams(
            said.contains("stdin") && has("--interactive"),
            said.contains("stdout"),
            said.contains("stderr"));
  }

  /** The streams that somebody stays with. */
  record Streams(boolean stdin, boolean stdout, boolean stderr) {}

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

  static Map<String, String> pairs(String flag, List<String> lines) {
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
