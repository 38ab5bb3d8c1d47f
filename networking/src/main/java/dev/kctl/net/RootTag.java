package dev.kctl.net;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Six digits by which the data roots of one host tell their devices and tables apart: an engine
 * never sweeps another's. A network's id ends with them, hence its bridge's and TAPs' names.
 */
public record RootTag(String digits) {
  static final int LENGTH = 6;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{6}");

  public RootTag {
    if (!FORM.matcher(digits).matches()) {
      throw new InvalidNetworkValue("not the tag of a root: " + Printable.quote(digits));
    }
  }

  /** The tag of a data root, by its path. */
  public static RootTag of(Path root) {
    var digest = Network.sha256("kctl root " + root.toAbsolutePath().normalize());
    return new RootTag(HexFormat.of().formatHex(digest).substring(0, LENGTH));
  }

  /** The tag in a network's id. */
  static RootTag ofNetwork(String id) {
    return new RootTag(id.substring(id.length() - LENGTH));
  }

  /** The beginning of the names of its bridges. */
  String bridges() {
    return Network.BRIDGE_PREFIX + digits;
  }

  /** The beginning of the names of its TAPs. */
  String taps() {
    return Lease.TAP_PREFIX + digits;
  }

  /** The name of its tables. */
  String tables() {
    return "kctl_" + digits;
  }
}
