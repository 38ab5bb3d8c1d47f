package dev.kctl.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Removes what nobody uses: containers, images, networks, or all there is. */
final class PruneCommand implements Command {
  private final Kind kind;

  /** What is removed. */
  enum Kind {
    CONTAINER("container prune", "Remove all containers that do not run."),
    IMAGE("image prune", "Remove images that have no name, or that no container uses."),
    NETWORK("network prune", "Remove all networks that no container uses."),
    SYSTEM("system prune", "Remove all that nobody uses: containers, networks, then images.");

    private final String command;
    private final String summary;

    Kind(String command, String summary) {
      this.command = command;
      this.summary = summary;
    }
  }

  PruneCommand(Kind kind) {
    this.kind = kind;
  }

  @Override
  public CommandSpec spec() {
    var spec =
        Options.command(kind.command, kind.summary)
            .addOption(Options.values("--filter", "", "KEY=VALUE", "Remove only what matches."))
            .addOption(Options.flag("--force", "-f", "Do not ask."));
    if (kind == Kind.CONTAINER || kind == Kind.NETWORK) {
      return spec;
    }
    spec.addOption(
        Options.flag("--all", "-a", "Images with a name too, when no container was made of them."));
    return kind == Kind.SYSTEM
        ? spec.addOption(Options.flag("--volumes", "", "Volumes without a name too."))
        : spec;
  }

  @Override
  public int run(ParseResult arguments, Session session) {
    var all = arguments.matchedOptions().stream().anyMatch(o -> o.longestName().equals("--all"));
    var volumes =
        arguments.matchedOptions().stream().anyMatch(o -> o.longestName().equals("--volumes"));
    List<String> filters = arguments.matchedOptionValue("--filter", List.of());
    if (!arguments.hasMatchedOption("--force")
        && !Confirmation.given(session, warning(all, volumes))) {
      return ExitCode.OK;
    }
    try (var engine = session.engine().get()) {
      prune(new Pruning(session, engine, filters), all, volumes);
    }
    return ExitCode.OK;
  }

  private void prune(Pruning pruning, boolean all, boolean volumes) {
    switch (kind) {
      case CONTAINER -> pruning.containers();
      case IMAGE -> pruning.images(all);
      case NETWORK -> {
        pruning.networks();
        return;
      }
      case SYSTEM -> {
        pruning.containers();
        pruning.networks();
        if (volumes) {
          pruning.volumes();
        }
        pruning.images(all);
      }
    }
    pruning.finish();
  }

  private String warning(boolean all, boolean volumes) {
    return switch (kind) {
      case CONTAINER -> "WARNING! This will remove all stopped containers.";
      case IMAGE ->
          all
              ? "WARNING! This will remove all images without at least one container associated to"
                  + " them."
              : "WARNING! This will remove all dangling images.";
      case NETWORK ->
          "WARNING! This will remove all custom networks not used by at least one container.";
      case SYSTEM ->
          "WARNING! This will remove:\n"
              + "  - all stopped containers\n"
              + "  - all networks not used by at least one container\n"
              + (volumes ? "  - all anonymous volumes not used by at least one container\n" : "")
              + (all
                  ? "  - all images without at least one container associated to them\n"
                  : "  - all dangling images\n");
    };
  }
}
