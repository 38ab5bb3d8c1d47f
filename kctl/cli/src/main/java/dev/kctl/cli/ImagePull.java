package dev.kctl.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Has the engine fetch an image, and shows how it goes. */
final class ImagePull {
  private final Engine engine;
  private final Session.Credentials credentials;

  ImagePull(Engine engine, Session.Credentials credentials) {
    this.engine = engine;
    this.credentials = credentials;
  }

  void pull(String image, String platform, PullDisplay display) {
    var request =
        HttpConnection.HttpRequest.of("POST", path(image, platform))
            .with("X-Registry-Auth", credentials.headerFor(image));
    try (var answer = engine.open(request)) {
      var lines =
          new BufferedReader(
              new InputStreamReader(answer.response().body(), StandardCharsets.UTF_8));
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          show(image, Json.parseObject(line), display);
        }
      }
      display.end();
    } catch (IOException e) {
      throw engine.vanished(e);
    }
  }

  private static void show(String image, JsonObject line, PullDisplay display) {
    var error = line.object("errorDetail").string("message");
    if (error.isEmpty()) {
      error = line.string("error");
    }
    if (!error.isEmpty()) {
      display.abandon();
      throw new PullFailed(error.contains(image) ? error : image + ": " + error);
    }
    display.show(line);
  }

  private static String path(String image, String platform) {
    var at = image.indexOf('@');
    var colon = image.lastIndexOf(':');
    var tagged = at < 0 && colon > image.lastIndexOf('/');
    var end = at >= 0 ? at : tagged ? colon : image.length();
    var tag = end < image.length() ? image.substring(end + 1) : "latest";
    return "/images/create?fromImage="
        + Engine.encode(image.substring(0, end))
        + "&tag="
        + Engine.encode(tag)
        + (platform.isEmpty() ? "" : "&platform=" + Engine.encode(platform));
  }
}
