package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.guest.proto.Process;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a client wants to run in a running container.
 *
 * @param user empty for the container's own
 * @param workingDir empty for the container's own
 * @param detachKeys as given; empty for Docker's
 */
record ExecRequest(
    List<String> command,
    List<String> env,
    String user,
    String workingDir,
    String detachKeys,
    TerminalSize size,
    boolean tty,
    boolean privileged,
    Streams streams) {
  private static final int LARGEST_SIDE = 65535;

  /** What is attached. */
  record Streams(boolean stdin, boolean stdout, boolean stderr) {
    boolean has(OutputStreamKind kind) {
      return switch (kind) {
        case STDOUT -> stdout;
        case STDERR -> stderr;
      };
    }
  }

  ExecRequest {
    command = List.copyOf(command);
    env = List.copyOf(env);
    if (command.isEmpty()) {
      throw new EngineException.InvalidParameter("No exec command specified");
    }
    for (var entry : env) {
      if (entry.isEmpty() || entry.startsWith("=")) {
        throw new EngineException.InvalidParameter("invalid environment variable: " + entry);
      }
    }
    if (command.stream().anyMatch(ExecRequest::hasNul)
        || env.stream().anyMatch(ExecRequest::hasNul)) {
      throw new EngineException.InvalidParameter("invalid exec: a NUL in its command or Env");
    }
    var _ = DetachKeys.of(detachKeys);
  }

  /** Reads the body of a create request. */
  static ExecRequest of(ObjectNode body) {
    return new ExecRequest(
        Json.list(body.path("Cmd")),
        Json.list(body.path("Env")),
        text(body.path("User")),
        text(body.path("WorkingDir")),
        text(body.path("DetachKeys")),
        size(body),
        body.path("Tty").asBoolean(),
        body.path("Privileged").asBoolean(),
        new Streams(
            body.path("AttachStdin").asBoolean(),
            body.path("AttachStdout").asBoolean(),
            body.path("AttachStderr").asBoolean()));
  }

  /** `ConsoleSize`, height first; unknown where it is not given. */
  static TerminalSize size(ObjectNode body) {
    var size = body.path("ConsoleSize");
    return size.size() == 2
        ? size(size.path(0).asInt(), size.path(1).asInt())
        : TerminalSize.UNKNOWN;
  }

  static TerminalSize size(int rows, int columns) {
    if (rows < 0 || rows > LARGEST_SIDE || columns < 0 || columns > LARGEST_SIDE) {
      throw new EngineException.InvalidParameter("invalid terminal size: " + rows + "x" + columns);
    }
    return new TerminalSize(rows, columns);
  }

  /** As Docker's events show it. */
  String commandLine() {
    return String.join(" ", command);
  }

  /** The process, confined as the container's own one is. */
  Process process(ContainerSpec spec, TerminalSize terminal) {
    var config = spec.config();
    var process =
        Process.newBuilder()
            .addAllArgs(command)
            .addAllEnv(environment(spec))
            .setCwd(workingDir.isEmpty() ? config.path("WorkingDir").asText("") : workingDir)
            .setUser(user.isEmpty() ? config.path("User").asText("") : user)
            .setTty(tty)
            .setStdin(streams.stdin)
            .setRows(terminal.rows())
            .setColumns(terminal.columns());
    return Sandbox.confine(process, spec.hostConfig(), privileged).build();
  }

  /** The container's, replaced by what the client sets. */
  private List<String> environment(ContainerSpec spec) {
    var variables = new LinkedHashMap<String, String>();
    spec.environment().forEach(entry -> variables.put(ImageDefaults.name(entry), entry));
    if (tty) {
      variables.putIfAbsent("TERM", "TERM=xterm");
    }
    for (var entry : env) {
      if (entry.indexOf('=') < 0) {
        variables.remove(entry);
      } else {
        variables.put(ImageDefaults.name(entry), entry);
      }
    }
    return List.copyOf(variables.values());
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static String text(JsonNode node) {
    return node.isTextual() ? node.asText() : "";
  }
}
