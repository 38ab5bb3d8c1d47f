package dev.kctl.net;

/**
 * What is asked for.
 *
 * @param name as {@link DnsReader#name} writes it
 */
record DnsQuestion(String name, int type, int recordClass) {
  static final int A = 1;
  static final int PTR = 12;
  static final int AAAA = 28;
  static final int IN = 1;
}
