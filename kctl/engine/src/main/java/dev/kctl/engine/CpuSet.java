package dev.kctl.engine;

import java.util.regex.Pattern;

/**
 * CPUs as `--cpuset-cpus` lists them, such as `0-2,4`.
 *
 * @param highest number in it; -1 where it is empty
 */
record CpuSet(String text, int highest) {
  private static final Pattern FORM =
      Pattern.compile("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*");

  static CpuSet parse(String text) {
    if (text.isEmpty()) {
      return new CpuSet(text, -1);
    }
    if (!FORM.matcher(text).matches()) {
      throw new EngineException.InvalidParameter("Invalid value " + text + " for cpuset cpus");
    }
    var highest = -1;
    for (var part : text.split(",", -1)) {
      var ends = part.split("-", -1);
      var from = Integer.parseInt(ends[0]);
      var to = Integer.parseInt(ends[ends.length - 1]);
      if (to < from) {
        throw new EngineException.InvalidParameter("Invalid value " + text + " for cpuset cpus");
      }
      highest = Math.max(highest, to);
    }
    return new CpuSet(text, highest);
  }
}
