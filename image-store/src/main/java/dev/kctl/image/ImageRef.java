package dev.kctl.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image, normalised by Docker's rules: {@code alpine} is {@code
 * docker.io/library/alpine:latest}.
 *
 * @param registry host with an optional port; {@code docker.io} for Docker Hub
 * @param repository path within the registry, {@code library/alpine}
 * @param tag absent only where there is a digest
 * @param digest where present it decides, whatever the tag says
 */
public record ImageRef(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  private static final String HUB = "docker.io";
  private static final String LIBRARY = "library/";
  private static final int LONGEST_NAME = 255;

  /** Refuses a reference that names neither a tag nor a digest. */
  public ImageRef {
    if (tag == null && digest == null) {
      throw InvalidReference.of(registry + "/" + repository, "it has neither a tag nor a digest");
    }
  }

  /** Reads a name as a user writes it; without tag and digest the tag is {@code latest}. */
  public static ImageRef parse(String text) {
    if (text.length() > LONGEST_NAME + 1 + 128 + 1 + 71) {
      throw InvalidReference.of(
          text.substring(0, 64) + "...", "it is too long: at most 255 characters before the tag");
    }
    if (text.matches("[0-9a-f]{64}")) {
      throw InvalidReference.of(
          text, "64 hex digits are an image's id, which a registry does not know: use its name");
    }
    try {
      var parsed = ImageReference.parse(text);
      var repository = parsed.getRepository();
      var hub = isHub(parsed.getRegistry()) || parsed.isScratch();
      var registry = hub ? HUB : parsed.getRegistry();
      if (hub && repository.indexOf('/') < 0) {
        repository = LIBRARY + repository;
      }
      if (registry.length() + 1 + repository.length() > LONGEST_NAME) {
        throw InvalidReference.of(
            text, "its name is too long: at most 255 characters before the tag");
      }
      var digest = parsed.getDigest().map(Digest::parse).orElse(null);
      var tag = parsed.getTag().orElse(digest == null ? "latest" : null);
      return new ImageRef(registry, repository, tag, digest);
    } catch (InvalidImageReferenceException e) {
      throw InvalidReference.of(text, "write [REGISTRY/]NAME[:TAG][@DIGEST], names in lower case");
    }
  }

  private static boolean isHub(String registry) {
    return registry.equals("registry-1.docker.io")
        || registry.equals("index.docker.io")
        || registry.equals(HUB);
  }

  /** The same repository at a tag. */
  public ImageRef withTag(String newTag) {
    return new ImageRef(registry, repository, newTag, null);
  }

  /** The same repository at a digest alone, as a repo digest names it. */
  public ImageRef withDigest(Digest newDigest) {
    return new ImageRef(registry, repository, null, newDigest);
  }

  /** The repository in full: {@code docker.io/library/alpine}. */
  public String name() {
    return registry + "/" + repository;
  }

  /** The repository as users write it: {@code alpine}. */
  public String familiarName() {
    if (!registry.equals(HUB)) {
      return name();
    }
    return repository.startsWith(LIBRARY) && repository.indexOf('/', LIBRARY.length()) < 0
        ? repository.substring(LIBRARY.length())
        : repository;
  }

  /** As users write it, tag always shown: {@code alpine:latest}. */
  public String familiar() {
    return familiarName() + qualifiers();
  }

  /** In full: {@code docker.io/library/alpine:latest}. */
  public String canonical() {
    return name() + qualifiers();
  }

  /** What to ask the registry for: the digest, else the tag. */
  public String qualifier() {
    if (digest != null) {
      return digest.toString();
    }
    return tag == null ? "latest" : tag;
  }

  private String qualifiers() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  @Override
  public String toString() {
    return familiar();
  }
}
