package dev.kctl.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Everything that the hot tier leaves: picocli's models, the engine, terminals. */
final class FullTier {
  private FullTier() {}

  static int run(
      Globals globals, Settings settings, Map<String, String> environment, Output out, Output err) {
    var home = System.getProperty("kctl.home");
    var nobody = new Output("stderr", OutputStream.nullOutputStream());
    var session =
        new Session(
            settings,
            environment,
            new FileInputStream(FileDescriptor.in).getChannel(),
            out,
            err,
            new LinuxTty(),
            () -> new EngineStarter(settings, BuildId.of(home), home, err).connect(),
            () -> new EngineStarter(settings, BuildId.of(home), home, nobody).connect(),
            new RegistryLogins(environment),
            Runtime.getRuntime()::halt);
    return run(globals, session);
  }

  /** Runs the command that the words name and returns its exit code. */
  static int run(Globals globals, Session session) {
    var words = globals.words();
    var run = Commands.makesContainers(words);
    try {
      if (globals.version()) {
        session.out().line("kctl " + BuildId.VERSION);
        return ExitCode.OK;
      }
      if (globals.help() || words.isEmpty()) {
        session.out().print(Help.overview());
        return ExitCode.OK;
      }
      return dispatch(words, session);
    } catch (OutputClosed e) {
      return outputClosed(e, words, session);
    } catch (CliException e) {
      Failures.report(e, session);
      return ExitCode.of(e, run);
    }
  }

  /** Who proxies signals hears of it; to all others it is the signal it always was. */
  private static int outputClosed(OutputClosed e, List<String> words, Session session) {
    if (Commands.staysWithContainers(words)) {
      Failures.report(e, session);
      return ExitCode.FAILED;
    }
    return ExitCode.BROKEN_PIPE;
  }

  /** Runs one command; the words begin with its name. */
  static int dispatch(List<String> words, Session session) {
    var command = Commands.find(words.getFirst());
    if (command == null) {
      throw new UnknownCommand(
          "unknown command: "
              + words.getFirst()
              + Suggestion.among(
                  words.getFirst(), Commands.ALL.stream().map(Commands.Entry::name)));
    }
    return dispatch(command, words.subList(1, words.size()), session);
  }

  static int dispatch(Command command, List<String> arguments, Session session) {
    var spec = Commands.spec(command);
    var line = new CommandLine(spec);
    var parsed = parse(line, BooleanFlags.resolved(spec, arguments));
    if (parsed.isUsageHelpRequested()) {
      var text = new StringWriter();
      line.usage(new PrintWriter(text, true));
      session.out().print(text.toString());
      return ExitCode.OK;
    }
    return command.run(parsed, session);
  }

  private static ParseResult parse(CommandLine line, List<String> arguments) {
    try {
      return line.parseArgs(arguments.toArray(String[]::new));
    } catch (UnmatchedArgumentException e) {
      throw unmatched(line, e.getUnmatched().getFirst());
    } catch (MissingParameterException e) {
      if (e.getMissing().stream().anyMatch(ArgSpec::isPositional)) {
        throw new NotPossible(
            "kctl "
                + line.getCommandName()
                + " wants "
                + e.getMissing().getFirst().paramLabel()
                + "; see kctl help "
                + line.getCommandName());
      }
      throw misused(line, e);
    } catch (ParameterException e) {
      throw misused(line, e);
    }
  }

  private static UsageError misused(CommandLine line, ParameterException e) {
    return new UsageError(
        lowered(String.valueOf(e.getMessage())) + "; see kctl help " + line.getCommandName());
  }

  private static CliException unmatched(CommandLine line, String word) {
    if (!word.startsWith("-")) {
      return new NotPossible(
          "one word too many: " + word + "; see kctl help " + line.getCommandName());
    }
    if (Commands.makesContainers(List.of(line.getCommandName()))) {
      return RefusedRunFlags.explain(word);
    }
    return new UsageError(
        "unknown flag: "
            + word
            + Suggestion.among(word, line.getCommandSpec().optionsMap().keySet().stream()));
  }

  private static String lowered(String message) {
    var first = message.isEmpty() ? "" : message.substring(0, 1).toLowerCase(Locale.ROOT);
    return first + message.substring(first.length()).replace('\n', ' ');
  }
}
