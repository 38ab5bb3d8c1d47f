package dev.kctl.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prints a container's log from the engine's own files. A last line that is not complete yet is
 * left out: it is being written.
 */
final class HotLogs {
  private static final String NAME = "container.log";
  private static final int FILES = 100;
  private static final int HEAD = 256;

  private final File folder;
  private final Output out;
  private final Output err;

  HotLogs(File folder, Output out, Output err) {
    this.folder = folder;
    this.out = out;
    this.err = err;
  }

  /**
   * Prints the last lines, each with its time if wanted.
   *
   * @return false, with nothing printed, where the engine must be asked
   */
  boolean print(int tail, boolean timestamps) throws IOException {
    var files = open();
    try {
      if (files.isEmpty()) {
        return false;
      }
      var skip = 0L;
      if (tail != Integer.MAX_VALUE) {
        var counter = LogPrinter.counting();
        for (var file : files) {
          counter.print(file);
        }
        skip = Math.max(0, counter.lines() - tail);
        for (var file : files) {
          file.getChannel().position(0);
        }
      }
      var printer = LogPrinter.to(out, err, timestamps, skip);
      try {
        for (var file : files) {
          printer.print(file);
        }
      } catch (IOException e) {
        if (printer.hasPrinted()) {
          throw new SettingsError(folder + ": " + e.getMessage(), e);
        }
        throw e;
      }
      printer.flush();
      return true;
    } finally {
      for (var file : files) {
        file.close();
      }
    }
  }

  /** Oldest first. One that was renamed while they were opened is there twice: once is enough. */
  private List<FileInputStream> open() throws IOException {
    var files = new ArrayList<FileInputStream>();
    var heads = new ArrayList<byte[]>();
    for (var number = 0; number < FILES; number++) {
      FileInputStream file;
      try {
        file = new FileInputStream(new File(folder, number == 0 ? NAME : NAME + "." + number));
      } catch (FileNotFoundException _) {
        break;
      }
      var head = file.readNBytes(HEAD);
      file.getChannel().position(0);
      if (number > 0 && head.length > 0 && Arrays.equals(head, heads.getLast())) {
        file.close();
      } else {
        files.add(file);
        heads.add(head);
      }
    }
    return files.reversed();
  }
}
