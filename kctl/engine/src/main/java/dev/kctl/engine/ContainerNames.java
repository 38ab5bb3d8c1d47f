package dev.kctl.engine;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Container names: the rule for given ones, and made-up ones for the rest. */
final class ContainerNames {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final int ATTEMPTS = 20;

  private static final List<String> ADJECTIVES =
      List.of(
          "agile",
          "amber",
          "airy",
          "bold",
          "brisk",
          "bright",
          "calm",
          "candid",
          "cheerful",
          "clever",
          "copper",
          "crisp",
          "curious",
          "deft",
          "dapper",
          "eager",
          "earnest",
          "fair",
          "fearless",
          "fluent",
          "fond",
          "frank",
          "gentle",
          "gifted",
          "glad",
          "golden",
          "graceful",
          "hardy",
          "honest",
          "humble",
          "jolly",
          "keen",
          "kind",
          "lively",
          "loyal",
          "lucid",
          "mellow",
          "merry",
          "mild",
          "modest",
          "neat",
          "nimble",
          "noble",
          "patient",
          "placid",
          "polite",
          "proud",
          "quick",
          "quiet",
          "radiant",
          "rapid",
          "ready",
          "serene",
          "sharp",
          "silver",
          "sincere",
          "sober",
          "steady",
          "sunny",
          "swift",
          "tidy",
          "upbeat",
          "vivid",
          "warm",
          "wise",
          "witty",
          "zesty");

  private static final List<String> SURNAMES =
      List.of(
          "abel",
          "ampere",
          "babbage",
          "banach",
          "bardeen",
          "bell",
          "bernoulli",
          "bessel",
          "bohr",
          "boole",
          "bose",
          "boyle",
          "cantor",
          "carnot",
          "cauchy",
          "cerf",
          "church",
          "clarke",
          "codd",
          "conway",
          "cray",
          "curie",
          "dalton",
          "darwin",
          "dijkstra",
          "dirac",
          "edison",
          "einstein",
          "engelbart",
          "euclid",
          "euler",
          "faraday",
          "fermat",
          "fermi",
          "feynman",
          "fourier",
          "franklin",
          "galileo",
          "galois",
          "gauss",
          "germain",
          "goedel",
          "hamilton",
          "hamming",
          "hertz",
          "hilbert",
          "hopper",
          "huygens",
          "jacobi",
          "joule",
          "kay",
          "kelvin",
          "kepler",
          "knuth",
          "lagrange",
          "lamarr",
          "lamport",
          "laplace",
          "leibniz",
          "liskov",
          "lovelace",
          "maxwell",
          "mendel",
          "meitner",
          "morse",
          "napier",
          "nash",
          "newton",
          "noether",
          "ohm",
          "pascal",
          "pasteur",
          "pauli",
          "planck",
          "poincare",
          "ramanujan",
          "riemann",
          "ritchie",
          "shannon",
          "stokes",
          "tesla",
          "thompson",
          "torvalds",
          "turing",
          "volta",
          "watt",
          "wiles",
          "wirth",
          "wright",
          "zuse");

  private ContainerNames() {}

  /** The name without the slash that clients may put in front. */
  static String checked(String given) {
    var name = given.startsWith("/") ? given.substring(1) : given;
    if (!FORM.matcher(name).matches()) {
      throw new EngineException.InvalidParameter(
          "Invalid container name (" + given + "), only " + FORM.pattern() + " are allowed");
    }
    return name;
  }

  /** An adjective and a scientist's surname, with a number once the free ones become rare. */
  static String generate(RandomGenerator random, Predicate<String> taken) {
    for (var attempt = 0; ; attempt++) {
      var name =
          ADJECTIVES.get(random.nextInt(ADJECTIVES.size()))
              + "_"
              + SURNAMES.get(random.nextInt(SURNAMES.size()))
              + (attempt < ATTEMPTS ? "" : String.valueOf(random.nextInt(attempt * attempt)));
      if (!taken.test(name)) {
        return name;
      }
    }
  }
}
