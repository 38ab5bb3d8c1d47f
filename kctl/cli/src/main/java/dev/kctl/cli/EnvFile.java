package dev.kctl.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Files of {@code KEY=value} lines, as {@code --env-file} and {@code --label-file} take them. */
final class EnvFile {
  private EnvFile() {}

  /** The variables of the files, then those of the flags; a bare name takes the caller's value. */
  static List<String> environment(
      List<String> files, List<String> flags, Map<String, String> environment) {
    var variables = new ArrayList<String>();
    for (var file : files) {
      for (var line : read(file)) {
        var known = line.indexOf('=') >= 0 ? line : withValue(line, environment);
        if (known.indexOf('=') >= 0) {
          variables.add(known);
        }
      }
    }
    for (var flag : flags) {
      if (flag.isEmpty() || flag.startsWith("=")) {
        throw new UsageError("invalid environment variable: " + flag + ": it has no name");
      }
      variables.add(flag.indexOf('=') >= 0 ? flag : withValue(flag, environment));
    }
    return variables;
  }

  /** The lines of a file that are not comments; each has a name without white space. */
  static List<String> read(String file) {
    try {
      var lines = new ArrayList<String>();
      for (var line : Files.readString(Path.of(file), StandardCharsets.UTF_8).lines().toList()) {
        var content = withoutMark(line, lines.isEmpty()).stripLeading();
        if (!content.isEmpty() && !content.startsWith("#")) {
          lines.add(checked(file, content));
        }
      }
      return lines;
    } catch (NoSuchFileException e) {
      throw new SettingsError("open " + file + ": no such file or directory", e);
    } catch (MalformedInputException e) {
      throw new SettingsError(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new SettingsError(file + ": " + e.getMessage(), e);
    }
  }

  /** Windows editors put a byte order mark before everything else. */
  private static String withoutMark(String line, boolean first) {
    return first && line.startsWith("\ufeff") ? line.substring(1) : line;
  }

  private static String checked(String file, String line) {
    var equals = line.indexOf('=');
    var name = equals < 0 ? line : line.substring(0, equals);
    if (name.isEmpty()) {
      throw new UsageError(file + ": no variable name on line '" + line + "'");
    }
    for (var i = 0; i < name.length(); i++) {
      if (Character.isWhitespace(name.charAt(i))) {
        throw new UsageError(file + ": variable '" + name + "' contains whitespaces");
      }
    }
    return line;
  }

  private static String withValue(String name, Map<String, String> environment) {
    var value = environment.get(name);
    return value == null ? name : name + "=" + value;
  }
}
