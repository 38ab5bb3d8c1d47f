package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kctl.image.Image;
import dev.kctl.image.ImageException;
import dev.kctl.image.ImageRef;
import dev.kctl.image.LayerDisk;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The routes that tell what the disk is used for, and that take away what nobody uses. */
final class PruneApi {
  private static final Set<String> CONTAINER_FILTERS = Set.of("until", "label", "label!");
  private static final Set<String> IMAGE_FILTERS = Set.of("until", "label", "label!", "dangling");

  private final Containers containers;
  private final Images images;
  private final Indexes indexes;
  private final Events events;
  private final InstantSource clock;

  PruneApi(
      Containers containers, Images images, Indexes indexes, Events events, InstantSource clock) {
    this.containers = containers;
    this.images = images;
    this.indexes = indexes;
    this.events = events;
    this.clock = clock;
  }

  void containers(HttpExchange exchange, List<String> path)
      throws IOException, InterruptedException {
    var filters = Filters.parse(exchange.request().parameter("filters"), CONTAINER_FILTERS);
    var deleted = Json.array();
    var reclaimed = 0L;
    for (var container : containers.list()) {
      var spec = container.spec();
      if (isStopped(container.state())
          && isOld(filters, spec.created())
          && hasLabels(filters, spec.labels())) {
        var bytes = container.files().bytes();
        try {
          container.remove(false);
          deleted.add(spec.id().hex());
          reclaimed += bytes;
        } catch (EngineException.Conflict e) {
          // Somebody was faster: started it, or removed it.
        }
      }
    }
    var json = Json.object();
    json.set("ContainersDeleted", deleted.isEmpty() ? json.nullNode() : deleted);
    exchange.json(200, json.put("SpaceReclaimed", reclaimed));
  }

  void images(HttpExchange exchange, List<String> path) throws IOException {
    var filters = Filters.parse(exchange.request().parameter("filters"), IMAGE_FILTERS);
    var danglingOnly = filters.get("dangling").stream().noneMatch(Set.of("false", "0")::contains);
    var before = layerBytes(images.list());
    var deleted = Json.array();
    for (var image : images.list()) {
      if ((!danglingOnly || image.tags().isEmpty())
          && !containers.uses(image)
          && isOld(filters, image.created())
          && hasLabels(filters, image.config().labels())) {
        remove(image, deleted);
      }
    }
    indexes.images(images.list());
    var json = Json.object();
    json.set("ImagesDeleted", deleted.isEmpty() ? json.nullNode() : deleted);
    var reclaimed = Math.max(0, before - layerBytes(images.list()));
    exchange.json(200, json.put("SpaceReclaimed", reclaimed));
  }

  /** There are none; `docker system prune` asks all the same. */
  void volumes(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, Json.object().putNull("VolumesDeleted").put("SpaceReclaimed", 0));
  }

  void buildCache(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, Json.object().putNull("CachesDeleted").put("SpaceReclaimed", 0));
  }

  /** `GET /system/df`, whole or only what `type` names. */
  void usage(HttpExchange exchange, List<String> path) throws IOException {
    var types = exchange.request().parameters("type");
    var json = Json.object();
    if (types.isEmpty() || types.contains("image")) {
      json.put("LayersSize", layerBytes(images.list()));
      var list = json.putArray("Images");
      for (var image : images.list()) {
        var summary = ImageJson.summary(image, users(image));
        list.add(summary.put("SharedSize", sharedBytes(image)));
      }
    }
    if (types.isEmpty() || types.contains("container")) {
      var list = json.putArray("Containers");
      for (var container : containers.list()) {
        var summary = ContainerJson.summary(container, clock.instant());
        list.add(ContainerJson.sized(summary, container, containers::imageBytes));
      }
    }
    if (types.isEmpty() || types.contains("volume")) {
      json.putArray("Volumes");
    }
    if (types.isEmpty() || types.contains("build-cache")) {
      json.putArray("BuildCache");
    }
    exchange.json(200, json.put("BuilderSize", 0));
  }

  private void remove(Image image, ArrayNode deleted) {
    var names = image.tags().isEmpty() ? List.of(image.id().toString()) : tags(image);
    for (var name : names) {
      try {
        var removal = images.remove(name, false, containers::uses);
        removal.untagged().forEach(tag -> deleted.addObject().put("Untagged", tag));
        removal.deleted().forEach(id -> deleted.addObject().put("Deleted", id.toString()));
        ImageEvents.removed(events, image, removal);
      } catch (ImageException e) {
        System.err.println("engine: pruning " + name + ": " + e.getMessage());
      }
    }
  }

  private static List<String> tags(Image image) {
    return image.tags().stream().map(ImageRef::familiar).toList();
  }

  private int users(Image image) {
    return (int)
        containers.list().stream()
            .filter(c -> c.spec().imageId().equals(image.id().toString()))
            .count();
  }

  /** Of the layers that other images have too. */
  private long sharedBytes(Image image) {
    var others = new HashMap<String, Long>();
    images.list().stream()
        .filter(other -> !other.id().equals(image.id()))
        .forEach(other -> other.layers().forEach(layer -> others.put(key(layer), layer.bytes())));
    return image.layers().stream()
        .filter(layer -> others.containsKey(key(layer)))
        .mapToLong(LayerDisk::bytes)
        .sum();
  }

  private static long layerBytes(Collection<Image> all) {
    var layers = new HashMap<String, Long>();
    all.forEach(image -> image.layers().forEach(layer -> layers.put(key(layer), layer.bytes())));
    return layers.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String key(LayerDisk layer) {
    return layer.erofs().toString();
  }

  private static boolean isStopped(ContainerState state) {
    return switch (state) {
      case ContainerState.Created _, ContainerState.NotStarted _, ContainerState.Exited _ -> true;
      case ContainerState.Starting _,
          ContainerState.Running _,
          ContainerState.Restarting _,
          ContainerState.Removing _ ->
          false;
    };
  }

  private boolean isOld(Filters filters, Instant created) {
    return filters.get("until").stream()
        .allMatch(
            text ->
                TimeParameter.parse(Optional.of(text), clock.instant())
                    .map(created::isBefore)
                    .orElse(true));
  }

  private static boolean hasLabels(Filters filters, Map<String, String> labels) {
    return filters.labels(labels) && filters.withoutLabels(labels);
  }
}
