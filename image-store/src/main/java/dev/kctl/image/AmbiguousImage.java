package dev.kctl.image;

import java.util.List;

/** An id prefix that several images share. */
public final class AmbiguousImage extends ImageException {
  AmbiguousImage(String message) {
    super(message);
  }

  static AmbiguousImage of(String prefix, List<Digest> ids) {
    return new AmbiguousImage("image id prefix " + prefix + " is ambiguous: " + ids);
  }
}
