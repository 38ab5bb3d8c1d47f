package dev.kctl.engine;

import dev.kctl.image.Digest;
import dev.kctl.image.Image;
import dev.kctl.image.ImageConfig;
import dev.kctl.image.ImageRef;
import dev.kctl.image.Platform;
import dev.kctl.image.ProgressListener;
import dev.kctl.image.PullProgress;
import dev.kctl.image.PullRequest;
import dev.kctl.image.Removal;
import dev.kctl.image.WorkerFailed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store with one image, `demo:latest`. */
final class FakeImages implements Images {
  static final Digest DIGEST = Digest.of("demo".getBytes(StandardCharsets.UTF_8));

  volatile @Nullable PullRequest pulled;

  static ImageConfig config(@Nullable List<String> entrypoint, @Nullable List<String> cmd) {
    return new ImageConfig(
        entrypoint,
        cmd,
        List.of("PATH=/bin", "A=image"),
        "/srv",
        "app",
        Map.of("from", "image"),
        Set.of("80/tcp"),
        Set.of(),
        null);
  }

  static Image image() {
    return new Image(
        DIGEST,
        List.of(ImageRef.parse("demo:latest")),
        List.of(),
        config(null, List.of("exit", "0")),
        "{\"config\":{\"Cmd\":[\"exit\",\"0\"]}}",
        List.of(DIGEST),
        List.of(),
        new Platform("linux", "amd64", null),
        Instant.EPOCH,
        42);
  }

  @Override
  public List<Image> list() {
    return List.of(image());
  }

  @Override
  public Optional<Image> find(String nameOrId) {
    return Optional.of(image())
        .filter(i -> nameOrId.equals("demo") || nameOrId.equals("demo:latest"));
  }

  @Override
  public Image pull(PullRequest request, ProgressListener listener) {
    pulled = request;
    if (request.ref().familiar().startsWith("far")) {
      throw WorkerFailed.of("no route", null);
    }
    listener.on(new PullProgress.Resolved(request.ref(), DIGEST));
    listener.on(new PullProgress.Downloading("abc", 1, 2));
    if (request.ref().familiar().startsWith("torn")) {
      throw WorkerFailed.of("reset", null);
    }
    listener.on(new PullProgress.Pulled(request.ref(), DIGEST, true));
    return image();
  }

  @Override
  public Removal remove(String nameOrId, boolean force, Predicate<Image> inUse) {
    return new Removal(List.of("demo:latest"), List.of(DIGEST));
  }
}
