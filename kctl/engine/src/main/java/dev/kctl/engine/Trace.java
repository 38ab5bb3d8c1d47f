package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each step of a start took; steps may overlap, so each has a beginning too. */
final class Trace {
  private final long origin = System.nanoTime();
  private final Map<String, Step> steps = new LinkedHashMap<>();

  private record Step(long beginNanos, long endNanos) {}

  /** A step under way; closing it ends it. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  Running begin(String step) {
    var begin = System.nanoTime() - origin;
    return () -> add(step, begin, System.nanoTime() - origin);
  }

  long now() {
    return System.nanoTime() - origin;
  }

  synchronized void add(String step, long beginNanos, long endNanos) {
    steps.put(step, new Step(beginNanos, endNanos));
  }

  synchronized ObjectNode json() {
    var json = Json.object();
    var list = json.putArray("Steps");
    steps.forEach(
        (name, step) ->
            list.addObject()
                .put("Name", name)
                .put("BeginMicros", step.beginNanos / 1000)
                .put("Micros", (step.endNanos - step.beginNanos) / 1000));
    return json;
  }
}
