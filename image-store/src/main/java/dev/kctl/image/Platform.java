package dev.kctl.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, in the normalised form containerd uses: {@code linux/amd64}, {@code
 * linux/arm64}, {@code linux/arm/v7}.
 *
 * @param variant absent where it is the architecture's base (amd64 v1, arm64 v8)
 */
public record Platform(String os, String architecture, @Nullable String variant) {

  /** Normalises the names: x86_64 is amd64, aarch64 is arm64, armhf is arm/v7. */
  public Platform {
    os = os.toLowerCase(Locale.ROOT);
    var given = architecture.toLowerCase(Locale.ROOT);
    var level = variant == null || variant.isEmpty() ? null : variant.toLowerCase(Locale.ROOT);
    if (level != null && Character.isDigit(level.charAt(0))) {
      level = "v" + level;
    }
    architecture =
        switch (given) {
          case "x86_64", "x86-64" -> "amd64";
          case "aarch64" -> "arm64";
          case "armhf", "armel" -> "arm";
          case "i386", "i486", "i586", "i686" -> "386";
          default -> given;
        };
    if (given.equals("armel")) {
      level = "v6";
    }
    if (architecture.equals("arm") && level == null) {
      level = "v7";
    }
    var base =
        (architecture.equals("arm64") && "v8".equals(level))
            || (architecture.equals("amd64") && "v1".equals(level));
    variant = base ? null : level;
  }

  /** The platform of this machine; guests always run Linux. */
  public static Platform host() {
    return new Platform("linux", System.getProperty("os.arch", "amd64"), null);
  }

  /**
   * Reads {@code os/arch[/variant]}, {@code os} or {@code arch} alone, as {@code --platform} takes
   * it.
   */
  public static Platform parse(String text) {
    var parts = text.split("/", -1);
    if (parts.length > 3) {
      throw InvalidPlatform.of(text);
    }
    for (var part : parts) {
      if (!part.matches("[A-Za-z0-9_.-]+")) {
        throw InvalidPlatform.of(text);
      }
    }
    return switch (parts.length) {
      case 1 ->
          Set.of("linux", "windows", "darwin", "freebsd")
                  .contains(parts[0].toLowerCase(Locale.ROOT))
              ? new Platform(parts[0], host().architecture(), host().variant())
              : new Platform("linux", parts[0], null);
      case 2 -> new Platform(parts[0], parts[1], null);
      default -> new Platform(parts[0], parts[1], parts[2]);
    };
  }

  /** Every platform whose images run here, best first: this one, then older variants of it. */
  public List<Platform> candidates() {
    return switch (architecture) {
      case "arm" -> levels("arm", level(7), 5);
      case "amd64" -> levels("amd64", level(1), 1);
      case "arm64" -> {
        var all = levels("arm64", level(8), 8);
        all.addAll(levels("arm", 8, 5));
        yield all;
      }
      default -> List.of(this);
    };
  }

  /** Whether an image offered for that platform is for exactly this one. */
  boolean accepts(@Nullable Platform offered) {
    return equals(offered);
  }

  private List<Platform> levels(String name, int newest, int oldest) {
    var all = new ArrayList<Platform>();
    if (newest < oldest) {
      all.add(this);
    }
    for (var level = newest; level >= oldest; level--) {
      all.add(new Platform(os, name, "v" + level));
    }
    return all;
  }

  private int level(int unspecified) {
    if (variant == null) {
      return unspecified;
    }
    return variant.matches("v[0-9]") ? variant.charAt(1) - '0' : 0;
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
