package dev.kctl.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The files of a container, over the API. */
final class ContainerFiles {
  private static final String STAT = "x-docker-container-path-stat";
  private static final int MOST_LINKS = 40;

  private final Engine engine;
  private final String path;
  private final String container;

  ContainerFiles(Engine engine, String container) {
    this.engine = engine;
    this.container = container;
    path = "/containers/" + Engine.encode(container) + "/archive";
  }

  String container() {
    return container;
  }

  /** What is at a path of a container; the mode is Go's. */
  record Stat(String path, long mode, String linkTarget) {
    private static final long DIRECTORY = 1L << 31;
    private static final long LINK = 1L << 27;

    boolean isDirectory() {
      return (mode & DIRECTORY) != 0;
    }

    boolean isLink() {
      return (mode & LINK) != 0;
    }
  }

  /** What is there, or null for nothing; a link at the end is not followed. */
  @Nullable Stat stat(String file) {
    try (var answer = engine.open(HttpConnection.HttpRequest.of("HEAD", path + query(file)))) {
      return stat(file, answer.response());
    } catch (EngineRefused e) {
      if (e.notFound()) {
        return null;
      }
      throw e;
    }
  }

  /** The same, at the end of a chain of links; what is there may be nothing. */
  String resolved(String file) {
    var current = CopyPlace.clean(file);
    for (var links = 0; links < MOST_LINKS; links++) {
      var stat = stat(current);
      if (stat == null || !stat.isLink()) {
        return current;
      }
      var target = stat.linkTarget();
      current =
          CopyPlace.clean(
              target.startsWith("/") ? target : CopyPlace.parent(current) + "/" + target);
    }
    throw new NotPossible("too many links at " + file + " in container " + container);
  }

  /** A tar stream of a file or a whole tree, on a connection that is the caller's. */
  Engine.Answer read(String file) {
    return engine.open(HttpConnection.HttpRequest.of("GET", path + query(file)));
  }

  /** What the answer to {@link #read} says of the file itself. */
  static Stat stat(String file, HttpResponse response) {
    try {
      var json =
          new String(Base64.getDecoder().decode(response.header(STAT)), StandardCharsets.UTF_8);
      var stat = Json.parseObject(json);
      return new Stat(file, stat.number("mode"), stat.string("linkTarget"));
    } catch (IllegalArgumentException e) {
      throw new MalformedJson("the engine does not say what " + file + " is");
    }
  }

  EngineStream stream(Engine.Answer answer) {
    return new EngineStream(engine, answer.response().body());
  }

  /** Unpacks what the writer writes in a directory of the container. */
  void write(String directory, boolean owners, Engine.BodyWriter body) {
    var query = new Query();
    query.add("path", directory);
    query.add("noOverwriteDirNonDir", "true");
    query.add("copyUIDGID", owners ? "true" : "");
    engine.put(path + query, "application/x-tar", body);
  }

  private static String query(String file) {
    var query = new Query();
    query.add("path", file);
    return query.toString();
  }
}
