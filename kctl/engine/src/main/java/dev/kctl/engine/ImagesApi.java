package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.image.Credentials;
import dev.kctl.image.Image;
import dev.kctl.image.ImageException;
import dev.kctl.image.ImageRef;
import dev.kctl.image.Platform;
import dev.kctl.image.PullRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routes of images. */
final class ImagesApi {
  private static final Set<String> FILTERS =
      Set.of("dangling", "label", "reference", "before", "since", "until");

  private final Images images;
  private final Containers containers;
  private final Indexes indexes;
  private final Activity activity;
  private final RegistryAccess access;
  private final Events events;

  ImagesApi(
      Images images,
      Containers containers,
      Indexes indexes,
      Activity activity,
      RegistryAccess access,
      Events events) {
    this.images = images;
    this.containers = containers;
    this.indexes = indexes;
    this.activity = activity;
    this.access = access;
    this.events = events;
  }

  void list(HttpExchange exchange, List<String> path) throws IOException {
    var filters = Filters.parse(exchange.request().parameter("filters"), FILTERS);
    var json = Json.array();
    for (var image : images.list()) {
      if (ImageFilter.matches(image, filters, this::created)) {
        var users =
            containers.list().stream()
                .filter(c -> c.spec().imageId().equals(image.id().toString()))
                .count();
        json.add(ImageJson.summary(image, (int) users));
      }
    }
    exchange.json(200, json);
  }

  void inspect(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, ImageJson.inspect(image(path.getFirst())));
  }

  void history(HttpExchange exchange, List<String> path) throws IOException {
    var image = image(path.getFirst());
    var json = Json.array();
    json.addObject()
        .put("Id", image.id().toString())
        .put("Created", image.created().getEpochSecond())
        .put("CreatedBy", "")
        .put("Size", image.size())
        .put("Comment", "")
        .set("Tags", Json.strings(image.tags().stream().map(ImageRef::familiar).toList()));
    exchange.json(200, json);
  }

  void remove(HttpExchange exchange, List<String> path) throws IOException {
    var name = path.getFirst();
    var image = image(name);
    try {
      var removal = images.remove(name, exchange.request().flag("force"), containers::uses);
      var json = Json.array();
      removal.untagged().forEach(tag -> json.addObject().put("Untagged", tag));
      removal.deleted().forEach(id -> json.addObject().put("Deleted", id.toString()));
      indexes.images(images.list());
      ImageEvents.removed(events, image, removal);
      exchange.json(200, json);
    } catch (ImageException e) {
      throw ImageFailures.of(e, image.id().toString());
    }
  }

  /** Pulls: errors before the first progress have a status, later ones are in the stream. */
  void create(HttpExchange exchange, List<String> path) throws IOException {
    var request = exchange.request();
    var from =
        request
            .parameter("fromImage")
            .orElseThrow(
                () -> new EngineException.InvalidParameter("only pulling is supported: fromImage"));
    var reference = reference(from, request.parameter("tag"));
    var progress = new PullStream(exchange, reference);
    try (var _ = activity.begin()) {
      var pull =
          new PullRequest(
              reference,
              request.parameter("platform").map(ImagesApi::platform),
              request.header("x-registry-auth").flatMap(ImagesApi::credentials),
              access.insecure(),
              access.certificates().of(reference));
      var image = images.pull(pull, progress::accept);
      indexes.images(images.list());
      ImageEvents.pulled(events, reference, image);
      progress.finish();
    } catch (ImageException e) {
      progress.fail(ImageFailures.of(e, reference.familiar()));
    }
  }

  private Image image(String name) {
    try {
      return images
          .find(name)
          .orElseThrow(() -> new EngineException.NoSuchImage(ImageNames.withTag(name)));
    } catch (ImageException e) {
      throw ImageFailures.of(e, name);
    }
  }

  private Optional<java.time.Instant> created(String name) {
    return images.find(name).map(Image::created);
  }

  private static ImageRef reference(String from, Optional<String> tag) {
    try {
      if (tag.isEmpty()) {
        return ImageRef.parse(from);
      }
      var separator = tag.get().startsWith("sha256:") ? "@" : ":";
      return ImageRef.parse(from + separator + tag.get());
    } catch (ImageException | IllegalArgumentException e) {
      throw new EngineException.InvalidParameter("invalid reference format: " + e.getMessage(), e);
    }
  }

  /** `linux/amd64`, or since API 1.49 a JSON object. */
  private static Platform platform(String text) {
    try {
      if (!text.startsWith("{")) {
        return Platform.parse(text);
      }
      var json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      var variant = json.path("variant").asText("");
      return new Platform(
          json.path("os").asText("linux"),
          json.path("architecture").asText(),
          variant.isEmpty() ? null : variant);
    } catch (ImageException | IOException e) {
      throw new EngineException.InvalidParameter("invalid platform: " + e.getMessage(), e);
    }
  }

  /** What the client knows of the registry; used for this pull and kept nowhere. */
  private static Optional<Credentials> credentials(String header) {
    try {
      var text = header.replace('+', '-').replace('/', '_').replace("=", "");
      var json = Json.parse(Base64.getUrlDecoder().decode(text));
      return credentials(json);
    } catch (IOException | IllegalArgumentException e) {
      throw new EngineException.InvalidParameter("malformed X-Registry-Auth header", e);
    }
  }

  private static Optional<Credentials> credentials(ObjectNode json) {
    var token = json.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(Credentials.ofIdentityToken(token));
    }
    var user = json.path("username").asText("");
    var password = json.path("password").asText("");
    if (user.isEmpty() && json.path("auth").isTextual()) {
      var pair =
          new String(
              Base64.getDecoder().decode(json.path("auth").asText()), StandardCharsets.UTF_8);
      var colon = pair.indexOf(':');
      if (colon > 0) {
        user = pair.substring(0, colon);
        password = pair.substring(colon + 1);
      }
    }
    return user.isEmpty() ? Optional.empty() : Optional.of(Credentials.ofPassword(user, password));
  }
}
