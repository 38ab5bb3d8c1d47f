package dev.kctl.image;

import java.io.IOException;
import java.io.InputStream;

/** One repository of one registry: bytes as the registry sends them, unparsed and unverified. */
interface RegistryTransport extends AutoCloseable {

  /** Takes a body while it arrives. */
  @FunctionalInterface
  interface BodyReader {

    /**
     * Reads the body, to its end or not.
     *
     * @param mediaType empty where the registry named none
     */
    void read(InputStream body, String mediaType) throws IOException;
  }

  /**
   * Gets a manifest or an index.
   *
   * @param qualifier a tag or a digest
   * @throws ImageNotFound where there is none
   * @throws IOException what the reader threw, or a broken transfer
   */
  void manifest(String qualifier, BodyReader reader) throws IOException;

  /**
   * Gets a layer or a configuration.
   *
   * @throws IOException what the reader threw, or a broken transfer
   */
  void blob(Digest digest, BodyReader reader) throws IOException;

  @Override
  void close();
}
