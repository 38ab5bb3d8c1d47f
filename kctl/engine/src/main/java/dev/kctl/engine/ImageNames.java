package dev.kctl.engine;

import dev.kctl.image.ImageException;
import dev.kctl.image.ImageRef;

/** Image names as clients expect to see them. */
final class ImageNames {
  private ImageNames() {}

  /** With the tag that an omitted one means: clients match "No such image: x:latest". */
  static String withTag(String reference) {
    try {
      return ImageRef.parse(reference).familiar();
    } catch (ImageException e) {
      return reference;
    }
  }
}
