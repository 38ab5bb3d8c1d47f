package dev.kctl.image;

/**
 * Where an image came from: a repository and the digest it had there (of the index, where the name
 * led to one).
 *
 * @param repository in full, {@code docker.io/library/alpine}
 */
public record RepoDigest(String repository, Digest digest) {

  /** As Docker lists it: {@code alpine@sha256:...}. */
  public String familiar() {
    return ImageRef.parse(repository + "@" + digest).familiar();
  }
}
