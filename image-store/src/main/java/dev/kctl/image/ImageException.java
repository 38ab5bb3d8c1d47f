package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** Anything that keeps kctl from having, reading or removing an image; the subtype says what. */
public abstract sealed class ImageException extends RuntimeException
    permits AmbiguousImage,
        ConversionCancelled,
        DigestMismatch,
        DiskFull,
        ImageInUse,
        ImageNotFound,
        InsecureRegistryRefused,
        InvalidCertificate,
        InvalidCredentials,
        InvalidPlatform,
        InvalidReference,
        LayerNotWritten,
        LayerTooBig,
        MalformedLayer,
        NoSuchImage,
        NotAManifest,
        PlatformMismatch,
        PullCancelled,
        RegistryRefused,
        RegistryUnreachable,
        StoreDamaged,
        TruncatedBlob,
        TruncatedLayer,
        Unauthorized,
        UnsupportedLayer,
        WorkerFailed {
  ImageException(String message) {
    super(message);
  }

  ImageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
