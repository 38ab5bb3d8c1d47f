package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What an import worker tells the store: one line of JSON each, the last one done or failed. */
sealed interface ImportMessage {

  /** Progress, to be passed on. */
  record Step(PullProgress progress) implements ImportMessage {}

  /** The work succeeded. */
  sealed interface Outcome extends ImportMessage {}

  /**
   * Everything that was missing lies in the worker's directory, synced.
   *
   * @param root what the name led to: of the index where there is one
   * @param manifest of the platform's image
   */
  record Done(Digest root, Digest manifest) implements Outcome {}

  /** The disk that was asked for lies in the worker's directory, synced. */
  record Flattened() implements Outcome {}

  /** The import failed. */
  record Failed(ImageException why) implements ImportMessage {}

  /** Without the line's end. */
  default String toLine() {
    var json = Json.MAPPER.createObjectNode();
    switch (this) {
      case Step(var progress) -> write(progress, json);
      case Done(var root, var manifest) ->
          json.put("type", "done").put("root", root.hex()).put("manifest", manifest.hex());
      case Flattened() -> json.put("type", "flattened");
      case Failed(var why) ->
          json.put("type", "failed")
              .put("kind", why.getClass().getSimpleName())
              .put("message", why.getMessage());
    }
    return json.toString();
  }

  private static void write(PullProgress progress, ObjectNode json) {
    switch (progress) {
      case PullProgress.Resolved(var ref, var digest) ->
          json.put("type", "resolved").put("ref", ref.canonical()).put("digest", digest.hex());
      case PullProgress.PullingFsLayer(var id) -> json.put("type", "pulling").put("id", id);
      case PullProgress.AlreadyExists(var id) -> json.put("type", "exists").put("id", id);
      case PullProgress.Downloading(var id, var current, var total) ->
          counted(json.put("type", "downloading"), id, current, total);
      case PullProgress.VerifyingChecksum(var id) -> json.put("type", "verifying").put("id", id);
      case PullProgress.DownloadComplete(var id) -> json.put("type", "downloaded").put("id", id);
      case PullProgress.Extracting(var id, var current, var total) ->
          counted(json.put("type", "extracting"), id, current, total);
      case PullProgress.PullComplete(var id) -> json.put("type", "complete").put("id", id);
      case PullProgress.Flattening _, PullProgress.Pulled _ ->
          throw new AssertionError("the store's to say: " + progress);
    }
  }

  private static void counted(ObjectNode json, String id, long current, long total) {
    json.put("id", id).put("current", current).put("total", total);
  }

  /**
   * Reads a line of a worker, which is not trusted.
   *
   * @throws WorkerFailed where it is none of the above
   */
  static ImportMessage parse(String line) {
    try {
      var json = Json.MAPPER.readTree(line);
      return switch (json.path("type").asText()) {
        case "done" ->
            new Done(
                new Digest(json.path("root").asText()), new Digest(json.path("manifest").asText()));
        case "flattened" -> new Flattened();
        case "failed" ->
            new Failed(
                failure(
                    json.path("kind").asText(),
                    Printable.line(json.path("message").asText(), 1000)));
        default -> new Step(progress(json));
      };
    } catch (IOException | IllegalArgumentException e) {
      throw WorkerFailed.of("it said '" + Printable.line(line, 200) + "'", e);
    }
  }

  private static PullProgress progress(JsonNode json) {
    var id = Printable.line(json.path("id").asText(), 12);
    var current = json.path("current").asLong();
    var total = json.path("total").asLong();
    return switch (json.path("type").asText()) {
      case "resolved" ->
          new PullProgress.Resolved(
              ImageRef.parse(json.path("ref").asText()), new Digest(json.path("digest").asText()));
      case "pulling" -> new PullProgress.PullingFsLayer(id);
      case "exists" -> new PullProgress.AlreadyExists(id);
      case "downloading" -> new PullProgress.Downloading(id, current, total);
      case "verifying" -> new PullProgress.VerifyingChecksum(id);
      case "downloaded" -> new PullProgress.DownloadComplete(id);
      case "extracting" -> new PullProgress.Extracting(id, current, total);
      case "complete" -> new PullProgress.PullComplete(id);
      default -> throw new IllegalArgumentException("no such step");
    };
  }

  private static ImageException failure(String kind, String message) {
    return switch (kind) {
      case "DigestMismatch" -> new DigestMismatch(message);
      case "DiskFull" -> new DiskFull(message);
      case "ImageNotFound" -> new ImageNotFound(message);
      case "InsecureRegistryRefused" -> new InsecureRegistryRefused(message);
      case "InvalidCertificate" -> new InvalidCertificate(message);
      case "LayerNotWritten" -> new LayerNotWritten(message, null);
      case "LayerTooBig" -> new LayerTooBig(message);
      case "MalformedLayer" -> new MalformedLayer(message);
      case "NotAManifest" -> new NotAManifest(message);
      case "PlatformMismatch" -> new PlatformMismatch(message);
      case "RegistryRefused" -> new RegistryRefused(message);
      case "RegistryUnreachable" -> new RegistryUnreachable(message);
      case "StoreDamaged" -> new StoreDamaged(message);
      case "TruncatedBlob" -> new TruncatedBlob(message);
      case "TruncatedLayer" -> new TruncatedLayer(message);
      case "Unauthorized" -> new Unauthorized(message);
      case "UnsupportedLayer" -> new UnsupportedLayer(message);
      default -> new WorkerFailed(message);
    };
  }
}
