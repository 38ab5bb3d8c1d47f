package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.image.ImageRef;
import dev.kctl.image.PullProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A pull's progress in Docker's words, one JSON object on each line. */
final class PullStream {

  private final HttpExchange exchange;

  private final ImageRef reference;
  private @Nullable OutputStream out;
  private boolean clientGone;

  PullStream(HttpExchange exchange, ImageRef reference) {
    this.exchange = exchange;
    this.reference = reference;
  }

  synchronized void accept(PullProgress progress) {
    switch (progress) {
      case PullProgress.Resolved _ -> {
        var tag = reference.digest() != null ? reference.digest().toString() : reference.tag();
        send(status("Pulling from " + shortRepository()).put("id", tag));
      }
      case PullProgress.PullingFsLayer layer -> send(layer(layer.id(), "Pulling fs layer"));
      case PullProgress.AlreadyExists layer -> send(layer(layer.id(), "Already exists"));
      case PullProgress.Downloading layer ->
          send(bytes(layer(layer.id(), "Downloading"), layer.current(), layer.total()));
      case PullProgress.VerifyingChecksum layer -> send(layer(layer.id(), "Verifying Checksum"));
      case PullProgress.DownloadComplete layer -> send(layer(layer.id(), "Download complete"));
      case PullProgress.Extracting layer ->
          send(bytes(layer(layer.id(), "Extracting"), layer.current(), layer.total()));
      case PullProgress.PullComplete layer -> send(layer(layer.id(), "Pull complete"));
      case PullProgress.Flattening lower ->
          send(status("Flattening the lower " + lower.layers() + " layers into one disk"));
      case PullProgress.Pulled pulled -> {
        send(status("Digest: " + pulled.digest()));
        var what = pulled.newer() ? "Downloaded newer image for " : "Image is up to date for ";
        send(status("Status: " + what + reference.familiar()));
      }
    }
  }

  synchronized void finish() throws IOException {
    if (out == null) {
      open();
    }
    close();
  }

  /** Before anything was sent the failure becomes the answer's status. */
  synchronized void fail(EngineException failure) throws IOException {
    if (out == null) {
      throw failure;
    }
    var message = String.valueOf(failure.getMessage());
    var json = Json.object();
    json.putObject("errorDetail").put("message", message);
    send(json.put("error", message));
    close();
  }

  private void close() throws IOException {
    var open = out;
    if (open != null && !clientGone) {
      open.close();
    }
  }

  private OutputStream open() throws IOException {
    var opened = exchange.stream(200, "application/json");
    out = opened;
    return opened;
  }

  /** A client that goes away does not stop the pull: somebody else may wait for the same image. */
  private void send(ObjectNode json) {
    if (clientGone) {
      return;
    }
    var line = new ByteArrayOutputStream();
    line.writeBytes(Json.bytes(json));
    line.writeBytes(new byte[] {'\r', '\n'});
    try {
      var open = out == null ? open() : out;
      open.write(line.toByteArray());
    } catch (IOException e) {
      clientGone = true;
    }
  }

  private String shortRepository() {
    return reference.repository();
  }

  private static ObjectNode status(String text) {
    return Json.object().put("status", text);
  }

  private static ObjectNode layer(String id, String text) {
    var json = status(text);
    json.putObject("progressDetail");
    return json.put("id", id);
  }

  private static ObjectNode bytes(ObjectNode json, long current, long total) {
    json.putObject("progressDetail").put("current", current).put("total", total);
    return json.put("progress", ProgressBar.of(current, total));
  }
}
