package dev.kctl.net;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Others' rules that stop what ours let pass: an accept ends only our own chain. Nothing of theirs
 * is touched; what helps is told.
 */
public final class ForeignFirewalls {
  private static final Pattern TABLE = Pattern.compile("^table (\\w+ \\S+) \\{");
  private static final Pattern OURS = Pattern.compile(" kctl_[0-9a-f]{6}$");
  private static final Pattern CHAIN = Pattern.compile("^\\s+chain (\\S+) \\{");
  private static final Pattern FORWARD_DROP =
      Pattern.compile("^\\s+type filter hook forward priority [^;]+; policy drop;");

  private ForeignFirewalls() {}

  /**
   * Who is in the way, and what to do.
   *
   * @param remedy commands, one a line
   */
  public record Obstacle(String who, String remedy) {}

  /** Looks at the rules of the calling thread's network namespace. */
  public static List<Obstacle> detect(List<String> bridges) {
    return read(Nft.find().list(), bridges);
  }

  /**
   * Reads what {@code nft list ruleset} prints; rules of iptables are among them unless it is the
   * legacy one.
   */
  static List<Obstacle> read(String ruleset, List<String> bridges) {
    var obstacles = new ArrayList<Obstacle>();
    if (ruleset.contains("table inet firewalld {")) {
      obstacles.add(new Obstacle("firewalld", firewalld(bridges)));
    }
    var table = "";
    var chain = "";
    for (var line : ruleset.lines().toList()) {
      table = group(TABLE, line, table);
      chain = group(CHAIN, line, chain);
      if (FORWARD_DROP.matcher(line).find()
          && !OURS.matcher(table).find()
          && !table.endsWith(" firewalld")) {
        obstacles.add(dropping(ruleset, table, chain, bridges));
      }
    }
    return obstacles;
  }

  private static String group(Pattern pattern, String line, String otherwise) {
    var matcher = pattern.matcher(line);
    return matcher.find() ? matcher.group(1) : otherwise;
  }

  private static Obstacle dropping(
      String ruleset, String table, String chain, List<String> bridges) {
    var iptables = table.startsWith("ip6 ") ? "ip6tables" : "iptables";
    if (ruleset.contains("chain DOCKER-USER {") && table.endsWith(" filter")) {
      return new Obstacle(
          "Docker (" + table + ")",
          iptables
              + " -I DOCKER-USER -i kctl+ -j ACCEPT\n"
              + iptables
              + " -I DOCKER-USER -o kctl+ -j ACCEPT");
    }
    if (ruleset.contains("chain ufw") && table.endsWith(" filter")) {
      return new Obstacle("ufw (" + table + ")", ufw(bridges));
    }
    return new Obstacle(
        "table " + table + ", chain " + chain,
        "nft insert rule "
            + table
            + " "
            + chain
            + " iifname \"kctl*\" accept\nnft insert rule "
            + table
            + " "
            + chain
            + " oifname \"kctl*\" accept");
  }

  private static String ufw(List<String> bridges) {
    var commands = new ArrayList<String>();
    for (var bridge : bridges) {
      commands.add("ufw route allow in on " + bridge);
      commands.add("ufw route allow out on " + bridge);
    }
    return String.join("\n", commands);
  }

  private static String firewalld(List<String> bridges) {
    var commands = new ArrayList<String>();
    commands.add("firewall-cmd --permanent --new-zone=kctl");
    commands.add("firewall-cmd --permanent --zone=kctl --set-target=ACCEPT");
    bridges.forEach(
        bridge -> commands.add("firewall-cmd --permanent --zone=kctl --add-interface=" + bridge));
    commands.add("firewall-cmd --reload");
    return String.join("\n", commands);
  }
}
