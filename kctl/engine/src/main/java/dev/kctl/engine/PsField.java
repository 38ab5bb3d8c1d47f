package dev.kctl.engine;

import dev.kctl.guest.proto.ProcessInfo;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A column of `ps`, by its names for `-o` and its title. */
final class PsField {
  private static final PsField UID = new PsField("UID", PsField::user);
  private static final PsField USER = new PsField("USER", PsField::user, "user", "euser", "uname");
  private static final PsField UID_NUMBER =
      new PsField("UID", (p, _) -> unsigned(p.getUid()), "uid", "euid");
  private static final PsField GID_NUMBER =
      new PsField("GID", (p, _) -> unsigned(p.getGid()), "gid", "egid");
  private static final PsField PID =
      new PsField("PID", (p, _) -> unsigned(p.getPid()), "pid", "tgid");
  private static final PsField PPID = new PsField("PPID", (p, _) -> unsigned(p.getPpid()), "ppid");
  private static final PsField C =
      new PsField(
          "C",
          (p, at) -> String.valueOf(Math.clamp(Math.round(Math.floor(at.cpuPercent(p))), 0, 99)),
          "c");
  private static final PsField CPU =
      new PsField("%CPU", (p, at) -> percent(at.cpuPercent(p)), "%cpu", "pcpu");
  private static final PsField MEMORY =
      new PsField("%MEM", (p, at) -> percent(at.memoryPercent(p)), "%mem", "pmem");
  private static final PsField VIRTUAL =
      new PsField("VSZ", (p, _) -> kib(p.getVirtualBytes()), "vsz", "vsize");
  private static final PsField RESIDENT =
      new PsField("RSS", (p, _) -> kib(p.getResidentBytes()), "rss", "rssize", "rsz");
  private static final PsField TTY =
      new PsField("TTY", (p, _) -> orElse(p.getTty(), "?"), "tty", "tname");
  private static final PsField TT = new PsField("TT", (p, _) -> orElse(p.getTty(), "?"), "tt");
  private static final PsField STAT = new PsField("STAT", PsField::status, "stat");
  private static final PsField STATE =
      new PsField("S", (p, _) -> orElse(p.getState(), "?"), "s", "state");
  private static final PsField STIME = new PsField("STIME", (p, at) -> at.started(p), "stime");
  private static final PsField START =
      new PsField("START", (p, at) -> at.started(p), "start", "start_time");
  private static final PsField ELAPSED =
      new PsField("ELAPSED", (p, at) -> clock(at.elapsedSeconds(p)), "etime");
  private static final PsField TIME =
      new PsField("TIME", (p, _) -> time(p.getCpuNs()), "time", "cputime");
  private static final PsField BSD_TIME = new PsField("TIME", (p, _) -> minutes(p.getCpuNs()));
  private static final PsField NICE =
      new PsField("NI", (p, _) -> String.valueOf(p.getNice()), "ni", "nice");
  private static final PsField THREADS =
      new PsField("NLWP", (p, _) -> unsigned(p.getThreads()), "nlwp", "thcount");
  private static final PsField NAME =
      new PsField("COMMAND", (p, _) -> orElse(p.getName(), "?"), "comm", "ucmd", "ucomm");
  private static final PsField CMD = new PsField("CMD", PsField::command, "cmd");
  private static final PsField COMMAND =
      new PsField("COMMAND", PsField::command, "args", "command");

  private static final List<PsField> ALL =
      List.of(
          UID,
          USER,
          UID_NUMBER,
          GID_NUMBER,
          PID,
          PPID,
          C,
          CPU,
          MEMORY,
          VIRTUAL,
          RESIDENT,
          TTY,
          TT,
          STAT,
          STATE,
          STIME,
          START,
          ELAPSED,
          TIME,
          BSD_TIME,
          NICE,
          THREADS,
          NAME,
          CMD,
          COMMAND);

  /** `ps -ef` */
  static final List<PsField> FULL = List.of(UID, PID, PPID, C, STIME, TTY, TIME, CMD);

  /** `ps -e` */
  static final List<PsField> SHORT = List.of(PID, TTY, TIME, NAME);

  /** `ps aux` */
  static final List<PsField> BSD =
      List.of(USER, PID, CPU, MEMORY, VIRTUAL, RESIDENT, TTY, STAT, START, BSD_TIME, COMMAND);

  private static final int LONGEST = 4096;
  private static final long NANOS = 1_000_000_000L;

  private final String title;
  private final Cell cell;
  private final List<String> names;

  private PsField(String title, Cell cell, String... names) {
    this.title = title;
    this.cell = cell;
    this.names = List.of(names);
  }

  static Optional<PsField> named(String name) {
    return ALL.stream().filter(field -> field.names.contains(name)).findFirst();
  }

  String title() {
    return title;
  }

  /** Out of a guest and on its way to a terminal. */
  String of(ProcessInfo process, View view) {
    return StartFailures.printable(cell.of(process, view), LONGEST);
  }

  /** What a cell shows of a process. */
  @FunctionalInterface
  private interface Cell {
    String of(ProcessInfo process, View view);
  }

  /**
   * What the columns are computed against.
   *
   * @param memoryBytes of the machine
   */
  record View(Instant now, ZoneId zone, long memoryBytes) {
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMMdd", Locale.ROOT);

    long elapsedSeconds(ProcessInfo process) {
      return Math.max(0, now.getEpochSecond() - process.getStartNs() / NANOS);
    }

    private double cpuPercent(ProcessInfo process) {
      return 100.0 * process.getCpuNs() / NANOS / Math.max(1, elapsedSeconds(process));
    }

    private double memoryPercent(ProcessInfo process) {
      return 100.0 * process.getResidentBytes() / Math.max(1, memoryBytes);
    }

    private String started(ProcessInfo process) {
      var start = Instant.ofEpochSecond(process.getStartNs() / NANOS).atZone(zone);
      var isToday = start.toLocalDate().equals(now.atZone(zone).toLocalDate());
      return (isToday ? HOUR : DAY).format(start);
    }
  }

  private static String user(ProcessInfo process, View view) {
    return orElse(process.getUser(), unsigned(process.getUid()));
  }

  private static String status(ProcessInfo process, View view) {
    var priority = process.getNice() < 0 ? "<" : process.getNice() > 0 ? "N" : "";
    return orElse(process.getState(), "?") + priority + (process.getThreads() > 1 ? "l" : "");
  }

  private static String command(ProcessInfo process, View view) {
    return orElse(process.getCommand(), "[" + process.getName() + "]");
  }

  private static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private static String unsigned(int value) {
    return Integer.toUnsignedString(value);
  }

  private static String kib(long bytes) {
    return Long.toUnsignedString(bytes >>> 10);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** `00:01:02`, after a day `1-00:01:02`. */
  private static String time(long nanos) {
    var seconds = Math.max(0, nanos / NANOS);
    var day = seconds / 86_400;
    var text = "%02d:%02d:%02d".formatted(seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return day > 0 ? day + "-" + text : text;
  }

  /** `1:02` */
  private static String minutes(long nanos) {
    var seconds = Math.max(0, nanos / NANOS);
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
  }

  /** As `ps` shows elapsed time: hours only where there are some. */
  private static String clock(long seconds) {
    return seconds < 3600
        ? "%02d:%02d".formatted(seconds / 60, seconds % 60)
        : time(seconds * NANOS);
  }
}
