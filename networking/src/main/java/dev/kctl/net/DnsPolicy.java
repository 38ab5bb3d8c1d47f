package dev.kctl.net;

import java.util.List;

/** Which names a container may ask the outside for. */
public interface DnsPolicy {
  /** All of them. */
  DnsPolicy ALL =
      new DnsPolicy() {
        @Override
        public boolean allows(String name) {
          return true;
        }

        @Override
        public void resolved(String name, List<IpAddress> addresses) {}
      };

  /** None: an internal network. A name that leaves it could carry anything out. */
  DnsPolicy NONE =
      new DnsPolicy() {
        @Override
        public boolean allows(String name) {
          return false;
        }

        @Override
        public void resolved(String name, List<IpAddress> addresses) {}
      };

  /** Whether a name, in lower case, may be asked for. */
  boolean allows(String name);

  /** Told before the container is, so that it can connect at once. */
  void resolved(String name, List<IpAddress> addresses);
}
