package dev.kctl.engine;

import dev.kctl.image.Image;
import dev.kctl.image.ImageRef;
import dev.kctl.image.Removal;
import java.util.LinkedHashMap;

/** Tells what happens to images. */
final class ImageEvents {
  private ImageEvents() {}

  static void pulled(Events events, ImageRef reference, Image image) {
    publish(events, "pull", reference.familiar(), reference.familiarName(), image);
  }

  static void removed(Events events, Image image, Removal removal) {
    var id = image.id().toString();
    for (var _ : removal.untagged()) {
      publish(events, "untag", id, id, image);
    }
    for (var _ : removal.deleted()) {
      publish(events, "delete", id, id, image);
    }
  }

  private static void publish(Events events, String action, String id, String name, Image image) {
    var attributes = new LinkedHashMap<>(image.config().labels());
    attributes.put("name", name);
    events.publish("image", action, id, attributes);
  }
}
