package dev.kctl.net;

import dev.kctl.net.FirewallSet.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** The messages of nf_tables that kctl sends and reads, as pure functions. */
final class FirewallMessages {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int BATCH_BEGIN = 16;
  private static final int BATCH_END = 17;
  private static final int NFT_MSG_GETCHAIN = SUBSYSTEM | 4;
  private static final int NFT_MSG_DELTABLE = SUBSYSTEM | 2;
  private static final int NFT_MSG_GETRULE = SUBSYSTEM | 7;
  private static final int NFT_MSG_NEWSETELEM = SUBSYSTEM | 12;
  private static final int NFT_MSG_GETSETELEM = SUBSYSTEM | 13;
  private static final int NFT_MSG_DELSETELEM = SUBSYSTEM | 14;

  private static final int NFTA_TABLE_NAME = 1;
  private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  private static final int NFTA_SET_ELEM_LIST_SET = 2;
  private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
  private static final int NFTA_LIST_ELEM = 1;
  private static final int NFTA_SET_ELEM_KEY = 1;
  private static final int NFTA_SET_ELEM_DATA = 2;
  private static final int NFTA_SET_ELEM_EXPR = 7;
  private static final int NFTA_SET_ELEM_KEY_END = 10;
  private static final int NFTA_SET_ELEM_EXPRESSIONS = 11;
  private static final int NFTA_DATA_VALUE = 1;
  private static final int NFTA_EXPR_DATA = 2;
  private static final int NFTA_COUNTER_PACKETS = 2;
  private static final int NFTA_RULE_CHAIN = 2;
  private static final int NFTA_RULE_HANDLE = 3;
  private static final int NFTA_CHAIN_HANDLE = 2;
  private static final int NFTA_CHAIN_POLICY = 5;

  /** {@code struct nfgenmsg}. */
  private static final int HEADER = 4;

  /** So that a message's list stays far below the 64 KiB of an attribute. */
  private static final int MOST_ELEMENTS = 400;

  private final String name;

  /**
   * Messages about our tables.
   *
   * @param name of both tables
   */
  FirewallMessages(String name) {
    this.name = name;
  }

  /** One transaction: all of it happens, or nothing. */
  List<NetlinkMessage> change(
      Collection<FirewallElement> gone, Collection<FirewallElement> added, IntSupplier sequence) {
    var messages = new ArrayList<NetlinkMessage>();
    messages.add(batch(BATCH_BEGIN, sequence));
    elements(NFT_MSG_DELSETELEM, 0, gone, sequence, messages);
    elements(NFT_MSG_NEWSETELEM, NetlinkMessage.CREATE, added, sequence, messages);
    messages.add(batch(BATCH_END, sequence));
    return messages;
  }

  List<NetlinkMessage> deleteTable(Table table, IntSupplier sequence) {
    var payload = header(table.family()).putString(NFTA_TABLE_NAME, name);
    return List.of(
        batch(BATCH_BEGIN, sequence),
        new NetlinkMessage(
            NFT_MSG_DELTABLE,
            NetlinkMessage.REQUEST | NetlinkMessage.ACK,
            sequence.getAsInt(),
            payload.bytes()),
        batch(BATCH_END, sequence));
  }

  NetlinkMessage listElements(Table table, String set, int sequence) {
    var payload =
        header(table.family())
            .putString(NFTA_SET_ELEM_LIST_TABLE, name)
            .putString(NFTA_SET_ELEM_LIST_SET, set);
    return dump(NFT_MSG_GETSETELEM, sequence, payload);
  }

  NetlinkMessage listRules(Table table, int sequence) {
    var payload = header(table.family()).putString(NFTA_TABLE_NAME, name);
    return dump(NFT_MSG_GETRULE, sequence, payload);
  }

  /** Of all tables of a family: the kernel does not filter these. */
  NetlinkMessage listChains(Table table, int sequence) {
    return dump(NFT_MSG_GETCHAIN, sequence, header(table.family()));
  }

  /** An element in the kernel. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Listed(byte[] key, long packets) {}

  /** The elements of an answer, by the identity that {@link FirewallElement} has. */
  static Map<String, Listed> elements(List<NetlinkMessage> answers, boolean ranges) {
    var found = new LinkedHashMap<String, Listed>();
    for (var answer : answers) {
      var list = Attributes.decode(answer.payload(), HEADER).nested(NFTA_SET_ELEM_LIST_ELEMENTS);
      for (var entry : list.all()) {
        var element = entry.nested();
        var key = element.nested(NFTA_SET_ELEM_KEY).bytes(NFTA_DATA_VALUE);
        var identity = HexFormat.of().formatHex(key);
        if (ranges) {
          var last = element.nested(NFTA_SET_ELEM_KEY_END).bytes(NFTA_DATA_VALUE);
          identity += "-" + HexFormat.of().formatHex(last.length == 0 ? key : last);
        }
        found.put(identity, new Listed(key, packets(element)));
      }
    }
    return found;
  }

  /** What changes when somebody touches our rules: every rule's place and handle. */
  static List<String> ruleHandles(List<NetlinkMessage> answers) {
    return answers.stream()
        .map(answer -> Attributes.decode(answer.payload(), HEADER))
        .map(rule -> rule.string(NFTA_RULE_CHAIN) + " " + rule.networkLong(NFTA_RULE_HANDLE))
        .toList();
  }

  /** The handles and policies of the chains of our table among others. */
  List<String> chainHandles(List<NetlinkMessage> answers) {
    return answers.stream()
        .map(answer -> Attributes.decode(answer.payload(), HEADER))
        .filter(chain -> chain.string(NFTA_TABLE_NAME).equals(name))
        .map(chain -> chain.networkLong(NFTA_CHAIN_HANDLE) + " " + chain.number(NFTA_CHAIN_POLICY))
        .toList();
  }

  private static long packets(Attributes element) {
    var expression =
        element.has(NFTA_SET_ELEM_EXPR)
            ? element.nested(NFTA_SET_ELEM_EXPR)
            : element.nested(NFTA_SET_ELEM_EXPRESSIONS).nested(NFTA_LIST_ELEM);
    return expression.nested(NFTA_EXPR_DATA).networkLong(NFTA_COUNTER_PACKETS);
  }

  private void elements(
      int type,
      int flags,
      Collection<FirewallElement> elements,
      IntSupplier sequence,
      List<NetlinkMessage> messages) {
    var bySet = new HashMap<FirewallSet, List<FirewallElement>>();
    elements.forEach(e -> bySet.computeIfAbsent(e.set(), _ -> new ArrayList<>()).add(e));
    bySet.forEach(
        (set, members) -> {
          for (var from = 0; from < members.size(); from += MOST_ELEMENTS) {
            var some = members.subList(from, Math.min(members.size(), from + MOST_ELEMENTS));
            messages.add(
                new NetlinkMessage(
                    type,
                    NetlinkMessage.REQUEST | NetlinkMessage.ACK | flags,
                    sequence.getAsInt(),
                    list(set, some)));
          }
        });
  }

  private byte[] list(FirewallSet set, List<FirewallElement> elements) {
    return header(set.table().family())
        .putString(NFTA_SET_ELEM_LIST_TABLE, name)
        .putString(NFTA_SET_ELEM_LIST_SET, set.setName())
        .nest(
            NFTA_SET_ELEM_LIST_ELEMENTS,
            list -> elements.forEach(e -> list.nest(NFTA_LIST_ELEM, entry -> put(entry, e))))
        .bytes();
  }

  private static void put(Payload entry, FirewallElement element) {
    entry.nest(NFTA_SET_ELEM_KEY, key -> key.put(NFTA_DATA_VALUE, element.firstKey()));
    if (element.set().hasRanges()) {
      entry.nest(NFTA_SET_ELEM_KEY_END, key -> key.put(NFTA_DATA_VALUE, element.lastKey()));
    }
    if (!element.data().isEmpty()) {
      entry.nest(NFTA_SET_ELEM_DATA, data -> data.put(NFTA_DATA_VALUE, element.dataBytes()));
    }
  }

  private static NetlinkMessage batch(int type, IntSupplier sequence) {
    // AF_UNSPEC, version 0, and the subsystem as its resource in the order of the network
    var payload = new Payload().raw((byte) 0, (byte) 0, (byte) 0, (byte) (SUBSYSTEM >> 8));
    return new NetlinkMessage(type, NetlinkMessage.REQUEST, sequence.getAsInt(), payload.bytes());
  }

  private static NetlinkMessage dump(int type, int sequence, Payload payload) {
    return new NetlinkMessage(
        type, NetlinkMessage.REQUEST | NetlinkMessage.DUMP, sequence, payload.bytes());
  }

  private static Payload header(int family) {
    return new Payload().raw((byte) family, (byte) 0, (byte) 0, (byte) 0);
  }
}
