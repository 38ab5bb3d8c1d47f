package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Removes what nobody uses and says what it was. */
final class Pruning {
  private final Session session;
  private final Engine engine;
  private final List<String> filters;
  private long reclaimed;

  Pruning(Session session, Engine engine, List<String> filters) {
    this.session = session;
    this.engine = engine;
    this.filters = filters;
  }

  void containers() {
    var answer = ask("/containers/prune", filters);
    print("Deleted Containers:", answer.strings("ContainersDeleted"));
  }

  /**
   * Removes images.
   *
   * @param all those with a name as well, when no container was made from them
   */
  void images(boolean all) {
    var wanted = new ArrayList<>(filters);
    wanted.add("dangling=" + !all);
    var answer = ask("/images/prune", wanted);
    var lines = new ArrayList<String>();
    for (var image : answer.objects("ImagesDeleted")) {
      for (var what : List.of("Untagged", "Deleted")) {
        if (image.has(what)) {
          lines.add(what.toLowerCase(Locale.ROOT) + ": " + image.string(what));
        }
      }
    }
    print("Deleted Images:", lines);
  }

  void networks() {
    print("Deleted Networks:", ask("/networks/prune", filters).strings("NetworksDeleted"));
  }

  void volumes() {
    print("Deleted Volumes:", ask("/volumes/prune", filters).strings("VolumesDeleted"));
  }

  /** Says how much room there is now; networks take none. */
  void finish() {
    session.out().line("Total reclaimed space: " + Human.exactSize(reclaimed));
  }

  private JsonObject ask(String path, List<String> wanted) {
    var query = new Query();
    query.add("filters", FilterFlag.json(wanted));
    var answer = Json.parseObject(engine.post(path + query));
    reclaimed += answer.number("SpaceReclaimed");
    return answer;
  }

  private void print(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      session.out().print(title + "\n" + String.join("\n", lines) + "\n\n");
    }
  }
}
