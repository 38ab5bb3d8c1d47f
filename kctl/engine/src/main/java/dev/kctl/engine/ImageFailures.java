package dev.kctl.engine;

import dev.kctl.image.AmbiguousImage;
import dev.kctl.image.ConversionCancelled;
import dev.kctl.image.DigestMismatch;
import dev.kctl.image.DiskFull;
import dev.kctl.image.ImageException;
import dev.kctl.image.ImageInUse;
import dev.kctl.image.ImageNotFound;
import dev.kctl.image.InsecureRegistryRefused;
import dev.kctl.image.InvalidCertificate;
import dev.kctl.image.InvalidCredentials;
import dev.kctl.image.InvalidPlatform;
import dev.kctl.image.InvalidReference;
import dev.kctl.image.LayerNotWritten;
import dev.kctl.image.LayerTooBig;
import dev.kctl.image.MalformedLayer;
import dev.kctl.image.NoSuchImage;
import dev.kctl.image.NotAManifest;
import dev.kctl.image.PlatformMismatch;
import dev.kctl.image.PullCancelled;
import dev.kctl.image.RegistryRefused;
import dev.kctl.image.RegistryUnreachable;
import dev.kctl.image.StoreDamaged;
import dev.kctl.image.TruncatedBlob;
import dev.kctl.image.TruncatedLayer;
import dev.kctl.image.Unauthorized;
import dev.kctl.image.UnsupportedLayer;
import dev.kctl.image.WorkerFailed;

/** Chooses the status of each failure of the image store, as Docker's clients expect it. */
final class ImageFailures {
  private ImageFailures() {}

  static EngineException of(ImageException failure, String reference) {
    var message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case NoSuchImage _ -> new EngineException.NoSuchImage(ImageNames.withTag(reference));
      case AmbiguousImage _,
          InvalidCertificate _,
          InvalidCredentials _,
          InvalidPlatform _,
          InvalidReference _,
          InsecureRegistryRefused _ ->
          new EngineException.InvalidParameter(message, failure);
      case ImageNotFound _, PlatformMismatch _ ->
          new EngineException.ImageFailed(404, message, failure);
      case ImageInUse _ -> new EngineException.ImageFailed(409, message, failure);
      case Unauthorized _ -> new EngineException.ImageFailed(401, message, failure);
      case ConversionCancelled _,
          DigestMismatch _,
          DiskFull _,
          LayerNotWritten _,
          LayerTooBig _,
          MalformedLayer _,
          NotAManifest _,
          PullCancelled _,
          RegistryRefused _,
          RegistryUnreachable _,
          StoreDamaged _,
          TruncatedBlob _,
          TruncatedLayer _,
          UnsupportedLayer _,
          WorkerFailed _ ->
          new EngineException.ImageFailed(500, message, failure);
    };
  }
}
