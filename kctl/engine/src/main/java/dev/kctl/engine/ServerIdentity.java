package dev.kctl.engine;

/**
 * What the engine says of itself in every answer.
 *
 * @param build id of the build, by which a newer client asks an older engine to hand over
 */
record ServerIdentity(String version, String build) {
  static final String API_VERSION = "1.51";
  static final int API_MINOR = 51;
  static final int MIN_API_MINOR = 24;

  /** Header lines, each ended. */
  String headers() {
    return "Api-Version: "
        + API_VERSION
        + "\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: kctl/"
        + version
        + " (linux)\r\nKctl-Build: "
        + build
        + "\r\n";
  }
}
