package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What becomes of each field of a create request: the one table from which requests are checked and
 * the documentation is made. Nothing that is not honoured is dropped silently.
 *
 * @param path of the field, `HostConfig.` in front of those
 * @param flag of `docker run` that sets it; empty where there is none
 * @param reason why it is not honoured; empty where it is
 * @param defaults values that ask for nothing, beside null, false, 0, "", [] and {}
 */
public record FieldSupport(
    String path, String flag, Support support, String reason, Set<String> defaults) {

  /** What kctl does with a field that is set. */
  public enum Support {
    /** It has the effect it has with Docker. */
    HONOURED,
    /** The request is answered 400: going on would not be what was asked for. */
    REFUSED,
    /** The container is created, and the field named in `Warnings`. */
    WARNED,
    /** It has no meaning where every container has a machine of its own; named in `Warnings`. */
    MEANINGLESS
  }

  private static final String HOST = "HostConfig.";

  /** Every field of Docker's API 1.51 that a client can set. */
  public static List<FieldSupport> table() {
    return FieldTable.ENTRIES;
  }

  static FieldSupport honoured(String path, String flag) {
    return new FieldSupport(path, flag, Support.HONOURED, "", Set.of());
  }

  static FieldSupport refused(String path, String flag, String reason, String... defaults) {
    return new FieldSupport(path, flag, Support.REFUSED, reason, Set.of(defaults));
  }

  static FieldSupport warned(String path, String flag, String reason, String... defaults) {
    return new FieldSupport(path, flag, Support.WARNED, reason, Set.of(defaults));
  }

  static FieldSupport meaningless(String path, String flag, String reason, String... defaults) {
    return new FieldSupport(path, flag, Support.MEANINGLESS, reason, Set.of(defaults));
  }

  /** Refuses a request with a field that cannot be left aside, and returns the warnings. */
  static List<String> check(ObjectNode request) {
    var warnings = new ArrayList<String>();
    for (var field : table()) {
      var value = field.find(request);
      if (field.support != Support.HONOURED && !field.isDefault(value)) {
        if (field.support == Support.REFUSED) {
          throw new EngineException.InvalidParameter(field.message(value));
        }
        warnings.add(field.message(value));
      }
    }
    return warnings;
  }

  private String message(JsonNode value) {
    var name = flag.isEmpty() ? path : flag + " (" + path + ")";
    var text = value.toString();
    var shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    var verb = support == Support.REFUSED ? " is not supported yet: " : " is ignored: ";
    return name + "=" + shown + verb + reason;
  }

  private JsonNode find(ObjectNode request) {
    JsonNode node = request;
    for (var name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return node;
  }

  private boolean isDefault(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isNumber() && value.asDouble() == 0)
        || (value.isTextual() && value.asText().isEmpty())
        || (value.isContainerNode() && value.isEmpty())
        || defaults.contains(value.isValueNode() ? value.asText() : value.toString());
  }

  /** True for fields of the host's part of the request. */
  public boolean ofHost() {
    return path.startsWith(HOST);
  }
}
