package dev.kctl.engine;

import dev.kctl.image.Image;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** The filters of the list of images. */
final class ImageFilter {
  private ImageFilter() {}

  static boolean matches(
      Image image, Filters filters, Function<String, Optional<Instant>> createdOf) {
    return filters.any(
            "dangling",
            value -> image.tags().isEmpty() == (value.equals("true") || value.equals("1")))
        && filters.labels(image.config().labels())
        && filters.any("reference", pattern -> isReferred(image, pattern))
        && filters.any("before", other -> compare(image, createdOf.apply(other)) < 0)
        && filters.any("since", other -> compare(image, createdOf.apply(other)) > 0);
  }

  private static int compare(Image image, Optional<Instant> other) {
    return image.created().compareTo(other.orElse(image.created()));
  }

  /** `alpine`, `alpine:3`, `docker.io/library/alpine`, or a pattern with stars. */
  private static boolean isReferred(Image image, String pattern) {
    var expression = pattern.replaceAll("([^A-Za-z0-9*?])", "\\\\$1");
    var regex = expression.replace("*", "[^/]*").replace("?", "[^/]");
    return image.tags().stream()
        .anyMatch(
            tag ->
                tag.familiar().matches(regex)
                    || tag.familiarName().matches(regex)
                    || tag.canonical().matches(regex)
                    || tag.name().matches(regex));
  }
}
