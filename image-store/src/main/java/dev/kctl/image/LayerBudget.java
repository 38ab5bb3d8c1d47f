package dev.kctl.image;

/** What a layer has asked for so far, against its limits. */
final class LayerBudget {
  private final LayerLimits limits;
  private int entries;
  private long metadataBytes;

  LayerBudget(LayerLimits limits) {
    this.limits = limits;
  }

  /** One more tar entry, or one more directory that none of them names. */
  void entry() {
    if (++entries > limits.entries()) {
      throw new LayerTooBig("the layer has more than " + limits.entries() + " entries");
    }
  }

  /** Memory for a name, a link target or attributes. */
  void metadata(int bytes) {
    metadataBytes += bytes;
    if (metadataBytes > limits.metadataBytes()) {
      throw new LayerTooBig(
          "the layer's names and attributes take more than "
              + limits.metadataBytes()
              + " bytes of memory");
    }
  }

  void depth(byte[] entry, int depth) {
    if (depth > limits.depth()) {
      throw new LayerTooBig(
          "layer entry "
              + PrintableName.of(entry)
              + ": more than "
              + limits.depth()
              + " directories below each other");
    }
  }
}
