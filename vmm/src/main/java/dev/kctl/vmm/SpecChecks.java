package dev.kctl.vmm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** What every part of a {@link VmSpec} must hold to. */
final class SpecChecks {
  /** {@code sockaddr_un.sun_path} with its terminating zero. */
  private static final int MAXIMUM_SOCKET_PATH = 107;

  private SpecChecks() {}

  static void absolute(String what, Path path) {
    if (!path.isAbsolute()) {
      throw new SpecUnsupported("%s path %s is not absolute".formatted(what, path));
    }
  }

  static void socket(String what, Path path) {
    absolute(what, path);
    var length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAXIMUM_SOCKET_PATH) {
      throw new SpecUnsupported(
          "%s socket path %s has %d bytes and a socket takes %d: choose a shorter runtime directory"
              .formatted(what, path, length, MAXIMUM_SOCKET_PATH));
    }
  }

  static void word(String what, String value) {
    if (value.isEmpty() || !value.chars().allMatch(SpecChecks::isWordCharacter)) {
      throw new SpecUnsupported(
          "%s '%s' may only have letters, digits, '-' and '_'".formatted(what, value));
    }
  }

  static void positive(String what, long value) {
    if (value <= 0) {
      throw new SpecUnsupported("%s %d is not positive".formatted(what, value));
    }
  }

  /** The guest tells them apart by this. */
  static <T> void distinct(String otherwise, List<T> parts, Function<T, String> key) {
    if (parts.stream().map(key).distinct().count() != parts.size()) {
      throw new SpecUnsupported(otherwise + ": " + parts);
    }
  }

  private static boolean isWordCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
