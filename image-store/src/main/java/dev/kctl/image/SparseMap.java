package dev.kctl.image;

import java.util.Arrays;

/** Where the stored bytes of a sparse file belong: pairs of offset and length, ascending. */
final class SparseMap {
  private final long[] pairs;
  private final long size;

  private SparseMap(long[] pairs, long size) {
    this.pairs = pairs;
    this.size = size;
  }

  int regions() {
    return pairs.length / 2;
  }

  long offset(int region) {
    return pairs[2 * region];
  }

  long length(int region) {
    return pairs[2 * region + 1];
  }

  /** Length of the expanded file. */
  long size() {
    return size;
  }

  /** Gathers offsets and lengths in turn, as every format has them. */
  static final class Builder {
    /** As many as fit a header body of 1 MiB in their shortest form. */
    private static final int MOST = (1 << 20) / 2;

    private final byte[] owner;
    private long[] numbers = new long[16];
    private int count;

    Builder(byte[] owner) {
      this.owner = owner;
    }

    /** Reads {@code offset,length,offset,length,...} */
    static Builder parse(byte[] owner, byte[] text) {
      var builder = new Builder(owner);
      var number = -1L;
      for (var i = 0; i <= text.length; i++) {
        if (i == text.length || text[i] == ',') {
          if (number >= 0) {
            builder.add(number);
          } else if (text.length > 0) {
            throw builder.malformed("sparse map with a missing number");
          }
          number = -1;
        } else {
          number = builder.digit(number, text[i]);
        }
      }
      return builder;
    }

    boolean isEmpty() {
      return count == 0;
    }

    void add(long number) {
      if (count == MOST) {
        throw malformed("sparse map with too many regions");
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number;
    }

    /** Appends a decimal digit to a number under way; -1 is none yet. */
    long digit(long number, int digit) {
      if (digit < '0' || digit > '9' || number > Long.MAX_VALUE / 16) {
        throw malformed("sparse map with a number out of range");
      }
      return Math.max(number, 0) * 10 + digit - '0';
    }

    /**
     * Checks that the regions ascend, stay inside the file and account for all that is stored.
     *
     * @param size of the expanded file
     * @param stored bytes in the tar
     */
    SparseMap build(long size, long stored) {
      if (count % 2 != 0) {
        throw malformed("sparse map with an offset but no length");
      }
      var end = 0L;
      var sum = 0L;
      for (var i = 0; i < count; i += 2) {
        var offset = numbers[i];
        var length = numbers[i + 1];
        if (offset < end || length < 0 || offset > size || length > size - offset) {
          throw malformed("sparse map with regions out of order or beyond the file");
        }
        end = offset + length;
        sum += length;
      }
      if (size < 0 || sum != stored) {
        throw malformed("sparse map that does not account for the stored bytes");
      }
      return new SparseMap(Arrays.copyOf(numbers, count), size);
    }

    private MalformedLayer malformed(String reason) {
      return MalformedLayer.entry(owner, reason);
    }
  }
}
