package dev.kctl.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Map;

/**
 * The command line. First the hot tier; what it leaves goes to the full one, whose classes are not
 * touched until then.
 */
public final class Main {
  private Main() {}

  /** Runs the command and leaves by halt: System.exit alone would take 9 ms. */
  public static void main(String[] arguments) {
    var code = run(arguments);
    Runtime.getRuntime().halt(code);
  }

  /** Runs the command and returns its exit code. */
  static int run(String[] arguments) {
    var out = new Output("stdout", new FileOutputStream(FileDescriptor.out));
    var err = new Output("stderr", new FileOutputStream(FileDescriptor.err));
    return run(arguments, System.getenv(), out, err);
  }

  private static int run(
      String[] arguments, Map<String, String> environment, Output out, Output err) {
    Globals globals;
    Settings settings;
    try {
      globals = Globals.parse(arguments);
      settings = Settings.of(globals, environment);
      if (!globals.words().isEmpty() && !globals.help() && !globals.version()) {
        var hot = new HotTier(settings, System.currentTimeMillis() / 1000, out, err);
        var answer = hot.answer(globals.words());
        if (answer != null) {
          out.print(answer);
          return 0;
        }
      }
    } catch (OutputClosed _) {
      return ExitCode.BROKEN_PIPE;
    } catch (CliException e) {
      Failures.report(e, err, false);
      return ExitCode.of(e, Globals.wantsRun(arguments));
    }
    return FullTier.run(globals, settings, environment, out, err);
  }
}
