package dev.kctl.e2e;

/** The two command lines that drive the engine, and must give the same. */
enum Client {
  KCTL,
  DOCKER;

  /** One after the other. */
  static Client of(int turn) {
    return turn % 2 == 0 ? KCTL : DOCKER;
  }

  Started start(Kctl kctl, String... words) {
    return switch (this) {
      case KCTL -> kctl.start(words);
      case DOCKER -> kctl.docker(words);
    };
  }
}
