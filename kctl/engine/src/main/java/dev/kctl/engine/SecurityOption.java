package dev.kctl.engine;

/** One `--security-opt`. */
sealed interface SecurityOption {
  /** `no-new-privileges` */
  record NoNewPrivileges(boolean on) implements SecurityOption {}

  /** `seccomp=unconfined`, or the profile that is used anyway. */
  record Seccomp(boolean unconfined) implements SecurityOption {}

  /** `systempaths=unconfined` */
  record Paths() implements SecurityOption {}

  /** What a guest's kernel has not, and need not have. */
  record Meaningless(String why) implements SecurityOption {}

  /** Reads one, in Docker's words where it cannot be had. */
  static SecurityOption parse(String text) {
    var separator = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
    var name = separator < 0 ? text : text.substring(0, separator);
    var value = separator < 0 ? "" : text.substring(separator + 1);
    return switch (name) {
      case "no-new-privileges" -> new NoNewPrivileges(flag(text, value));
      case "seccomp" -> seccomp(value);
      case "systempaths" -> {
        if (!value.equals("unconfined")) {
          throw invalid(text);
        }
        yield new Paths();
      }
      case "apparmor" -> {
        if (!value.equals("unconfined")) {
          throw new EngineException.InvalidParameter(
              "AppArmor is not supported on this host, but the profile '"
                  + value
                  + "' was specified: the container has a kernel of its own, without AppArmor");
        }
        yield new Meaningless("apparmor=unconfined is ignored: a guest's kernel has no AppArmor");
      }
      case "label" ->
          new Meaningless(
              text + " is ignored: the container has a kernel of its own, without SELinux");
      default -> throw invalid(text);
    };
  }

  private static boolean flag(String text, String value) {
    return switch (value) {
      case "", "true" -> true;
      case "false" -> false;
      default -> throw invalid(text);
    };
  }

  private static Seccomp seccomp(String value) {
    return switch (value) {
      case "unconfined" -> new Seccomp(true);
      case "builtin", "default" -> new Seccomp(false);
      default ->
          throw new EngineException.InvalidParameter(
              "seccomp: only Docker's default profile and seccomp=unconfined are there, no profile"
                  + " of one's own");
    };
  }

  private static EngineException invalid(String text) {
    return new EngineException.InvalidParameter("invalid --security-opt 2: \"" + text + "\"");
  }
}
