package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All containers of a root. */
final class Containers implements Container.Surroundings {
  private static final Duration FILES_KEPT = Duration.ofSeconds(5);

  private final Path root;
  private final Tools tools;
  private final Images images;
  private final GuestLauncher launcher;
  private final HostClock clock;
  private final Indexes indexes;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Container> byId = new LinkedHashMap<>();
  private boolean freshBoot;
  private boolean waiting;

  /** What containers work with. */
  record Tools(
      Images images,
      GuestLauncher launcher,
      Activity activity,
      HostClock clock,
      HostRoom room,
      Boot boot,
      Indexes indexes,
      Events events,
      ContainerNetworks networks) {}

  Containers(Path root, Tools tools) {
    this.root = root;
    this.tools = tools;
    this.images = tools.images();
    this.launcher = tools.launcher();
    this.clock = tools.clock();
    this.indexes = tools.indexes();
  }

  /** A new container, and what its maker should be warned of. */
  record Creation(Container container, List<String> warnings) {}

  /** Reads every container from disk, in the state it was in. */
  void read() throws IOException {
    freshBoot = tools.boot().isFresh();
    DurableFiles.directory(root.resolve("containers"));
    try (var directories = Files.newDirectoryStream(root.resolve("containers"))) {
      for (var directory : directories) {
        read(directory).ifPresent(this::add);
      }
    }
  }

  /** Short ids of the containers whose machines may be alive. */
  Set<String> claimed() {
    return list().stream()
        .filter(c -> !freshBoot && c.state() instanceof ContainerState.Running)
        .map(c -> c.spec().id().shortForm())
        .collect(Collectors.toSet());
  }

  /** The containers whose machines may be alive, as their networks know them. */
  List<ContainerNetworks.Survivor> survivors() {
    return list().stream()
        .filter(c -> !freshBoot && c.state() instanceof ContainerState.Running)
        .map(
            c ->
                new ContainerNetworks.Survivor(
                    Residents.of(c.spec(), c.files()), c.spec().networkWishes()))
        .toList();
  }

  /** Brings each container into a state that is true now. */
  void recover() throws IOException {
    list().forEach(Container::recover);
    list().forEach(indexes::inspect);
    shown();
    // Only now: an engine that dies before does all of it again.
    tools.boot().remember();
  }

  Creation create(Optional<String> name, ObjectNode request) throws IOException {
    var warnings = new ArrayList<>(FieldSupport.check(request));
    warnings.addAll(CreateRequests.check(request));
    launcher.prepare();
    var reference = request.path("Image").asText("");
    var image = image(reference);
    var id = newId();
    Container container;
    synchronized (this) {
      var chosen =
          name.map(ContainerNames::checked)
              .orElseGet(() -> ContainerNames.generate(random, this::isTaken));
      named(chosen).ifPresent(other -> refuse(chosen, other));
      var spec = CreateRequests.spec(id, chosen, clock.instant(), image, layers(image), request);
      launcher.check(spec);
      var wishes = spec.networkWishes();
      tools.networks().check(wishes);
      warnings.addAll(tools.networks().warnings(wishes));
      // Its files first: who can name it may remove it, and them.
      container = written(spec);
      byId.put(id.hex(), container);
    }
    changed(container);
    emit(container, "create", Map.of());
    // Last: they are told once, and who is refused does not hear them.
    warnings.addAll(launcher.warnings());
    return new Creation(container, warnings);
  }

  private Container written(ContainerSpec spec) {
    var files = ContainerDirectory.of(root, spec.id());
    var state = new ContainerState.Created();
    try {
      files.create(spec, !spec.autoRemove());
      files.write(state, false);
      return new Container(spec, files, state, this);
    } catch (IOException e) {
      delete(files);
      throw new EngineException.Failed("cannot write the container: " + e.getMessage(), e);
    }
  }

  private static void delete(ContainerDirectory files) {
    try {
      files.delete();
    } catch (IOException e) {
      System.err.println("engine: removing " + files.path() + ": " + e.getMessage());
    }
  }

  /** By id, name, or an id prefix that only one has. */
  synchronized Container get(String reference) {
    var name = reference.startsWith("/") ? reference.substring(1) : reference;
    var exact = byId.get(name);
    if (exact != null) {
      return exact;
    }
    var named = named(name);
    if (named.isPresent()) {
      return named.get();
    }
    var matches = byId.values().stream().filter(c -> c.spec().id().hex().startsWith(name)).toList();
    if (matches.size() > 1) {
      throw new EngineException.InvalidParameter(
          "multiple IDs found with provided prefix: " + reference);
    }
    if (name.isEmpty() || matches.isEmpty()) {
      throw new EngineException.NoSuchContainer(reference);
    }
    return matches.getFirst();
  }

  synchronized Collection<Container> list() {
    return List.copyOf(byId.values());
  }

  /** The size of an image; 0 where it is gone. */
  long imageBytes(String imageId) {
    return images.list().stream()
        .filter(image -> image.id().toString().equals(imageId))
        .mapToLong(Image::size)
        .findFirst()
        .orElse(0);
  }

  /** Whether a container was made from this image: its layers must stay then. */
  boolean uses(Image image) {
    return list().stream().anyMatch(c -> c.spec().imageId().equals(image.id().toString()));
  }

  @Override
  public GuestLauncher launcher() {
    return launcher;
  }

  @Override
  public ContainerNetworks networks() {
    return tools.networks();
  }

  @Override
  public Duration filesKept() {
    return FILES_KEPT;
  }

  @Override
  public Activity activity() {
    return tools.activity();
  }

  @Override
  public HostClock clock() {
    return clock;
  }

  @Override
  public boolean freshBoot() {
    return freshBoot;
  }

  @Override
  public void checkRoom() {
    tools.room().check();
  }

  @Override
  public ContainerLog log(ContainerSpec spec, ContainerDirectory files) throws IOException {
    var options = spec.logOptions();
    return options.kept()
        ? JsonFileLog.open(files.log(), options, tools.room())
        : ContainerLog.NONE;
  }

  @Override
  public void emit(Container container, String action, Map<String, String> attributes) {
    var spec = container.spec();
    var all = new LinkedHashMap<>(spec.labels());
    all.put("image", spec.image());
    all.put("name", spec.name());
    all.putAll(attributes);
    var networkEvents = new NetworkEvents(tools.events());
    if (action.equals("start")) {
      networkEvents.entered(tools.networks(), container);
    }
    tools.events().publish("container", action, spec.id().hex(), all);
    if (action.equals("die")) {
      networkEvents.left(tools.networks(), container);
    }
  }

  @Override
  public void changed(Container container) {
    indexes.inspect(container);
    shown();
  }

  /** Gives a container another name. */
  void rename(Container container, String wanted) throws IOException {
    var name = ContainerNames.checked(wanted);
    var old = container.spec().name();
    synchronized (this) {
      if (name.equals(old)) {
        throw new EngineException.InvalidParameter(
            "Renaming a container with the same name as its current name");
      }
      named(name).ifPresent(other -> refuse(name, other));
      tools.networks().rename(container.spec().id().hex(), name);
      container.become(container.spec().withName(name));
    }
    emit(container, "rename", Map.of("oldName", "/" + old));
  }

  private void shown() {
    var all = list();
    indexes.containers(all);
    var now = all.stream().anyMatch(c -> c.state() instanceof ContainerState.Restarting);
    synchronized (tools) {
      if (now != waiting) {
        waiting = now;
        tools.boot().keepEngine(now);
      }
    }
    tools.boot().wanted(all.stream().anyMatch(Containers::isWantedAtBoot));
  }

  private static boolean isWantedAtBoot(Container container) {
    var policy = container.spec().restartPolicy();
    return switch (container.state()) {
      case ContainerState.Created _, ContainerState.NotStarted _, ContainerState.Removing _ ->
          false;
      case ContainerState.Exited exited -> policy.startsAtBoot(exited.stopped());
      case ContainerState.Starting _, ContainerState.Running _, ContainerState.Restarting _ ->
          policy.kind() != RestartPolicy.Kind.NO;
    };
  }

  @Override
  public void removed(Container container) {
    synchronized (this) {
      byId.remove(container.spec().id().hex());
    }
    shown();
  }

  private synchronized void add(Container container) {
    byId.put(container.spec().id().hex(), container);
  }

  private Image image(String reference) {
    if (reference.isEmpty()) {
      throw new EngineException.InvalidParameter("no image given");
    }
    return images
        .find(reference)
        .orElseThrow(() -> new EngineException.NoSuchImage(ImageNames.withTag(reference)));
  }

  /** Beneath the root, which may move as a whole. */
  private List<String> layers(Image image) {
    return image.layers().stream()
        .map(layer -> root.relativize(layer.erofs().toAbsolutePath()).toString())
        .toList();
  }

  private synchronized ContainerId newId() {
    while (true) {
      var id = ContainerId.random(random);
      if (byId.keySet().stream().noneMatch(other -> other.startsWith(id.shortForm()))) {
        return id;
      }
    }
  }

  private synchronized boolean isTaken(String name) {
    return named(name).isPresent();
  }

  private synchronized Optional<Container> named(String name) {
    return byId.values().stream().filter(c -> c.spec().name().equals(name)).findFirst();
  }

  private static void refuse(String name, Container other) {
    throw new EngineException.Conflict(
        "Conflict. The container name \"/"
            + name
            + "\" is already in use by container \""
            + other.spec().id()
            + "\". You have to remove (or rename) that container to be able to reuse that name.");
  }

  /** A directory that is no container is what a crash left of one being made or removed. */
  private Optional<Container> read(Path directory) throws IOException {
    var files = new ContainerDirectory(directory);
    try {
      var spec = files.readSpec();
      if (!directory.endsWith(spec.id().hex())) {
        throw new IOException("directory of another container: " + spec.id());
      }
      return Optional.of(new Container(spec, files, readState(spec, files), this));
    } catch (IOException e) {
      System.err.println("engine: removing " + directory + ", no container: " + e.getMessage());
      files.delete();
      return Optional.empty();
    }
  }

  private static ContainerState readState(ContainerSpec spec, ContainerDirectory files) {
    try {
      return files.readState();
    } catch (NoSuchFileException e) {
      return new ContainerState.Created();
    } catch (IOException e) {
      // It was written; a power cut may have taken it.
      var lost = Outcome.lost(Cause.UNSEEN, "its state could not be read: " + e.getMessage());
      return new ContainerState.Exited(
          spec.created(), spec.created(), 1, Restarts.NONE, lost, false);
    }
  }
}
