package dev.kctl.cli;

import java.math.BigDecimal;
import java.util.Locale;

/** Reads what users say about memory and processors, by Docker's rules. */
final class SizeText {
  private static final String SUFFIXES = "bkmgtp";
  private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000);

  private SizeText() {}

  /** Bytes of 512m, 1.5g, 64MiB: powers of 1024 whatever the suffix's spelling. */
  static long bytes(String flag, String text) {
    var lower = text.strip().toLowerCase(Locale.ROOT);
    var end = lower.length();
    while (end > 0 && Character.isLetter(lower.charAt(end - 1))) {
      end--;
    }
    var suffix = lower.substring(end);
    var power = power(suffix);
    if (power < 0) {
      throw invalid(flag, text, "a size such as 512m or 2g");
    }
    try {
      var number = new BigDecimal(lower.substring(0, end).strip());
      var bytes = number.multiply(BigDecimal.valueOf(1L << (10 * power))).toBigInteger();
      if (number.signum() < 0 || bytes.bitLength() > 63) {
        throw invalid(flag, text, "a size such as 512m or 2g");
      }
      return bytes.longValue();
    } catch (NumberFormatException e) {
      throw invalid(flag, text, "a size such as 512m or 2g");
    }
  }

  /** Billionths of a processor. */
  static long nanoCpus(String flag, String text) {
    try {
      var nanos = new BigDecimal(text.strip()).multiply(NANO);
      if (nanos.signum() > 0 && nanos.toBigInteger().bitLength() <= 63) {
        return nanos.longValueExact();
      }
    } catch (NumberFormatException _) {
      throw invalid(flag, text, "a number of processors such as 1.5");
    } catch (ArithmeticException _) {
      throw invalid(flag, text, "a number of processors with at most nine decimals");
    }
    throw invalid(flag, text, "a number of processors above zero such as 1.5");
  }

  private static int power(String suffix) {
    if (suffix.isEmpty()) {
      return 0;
    }
    var rest = suffix.substring(1);
    var power = SUFFIXES.indexOf(suffix.charAt(0));
    var known = rest.isEmpty() || (power > 0 && (rest.equals("b") || rest.equals("ib")));
    return known ? power : -1;
  }

  private static UsageError invalid(String flag, String text, String wanted) {
    return new UsageError("invalid value " + text + " for " + flag + ": not " + wanted);
  }
}
