package dev.kctl.image;

import dev.kctl.linux.Isal;

/** Who inflates gzip. */
enum GzipLibrary {
  JDK,
  ISAL;

  /** ISA-L where the machine has it: it takes half the time. */
  static GzipLibrary fastest() {
    return Isal.isAvailable() ? ISAL : JDK;
  }

  GzipMember open() {
    return switch (this) {
      case JDK -> new JdkGzipMember();
      case ISAL -> new IsalGzipMember();
    };
  }
}
