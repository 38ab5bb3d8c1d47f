package dev.kctl.engine.network;

import dev.kctl.net.Endpoint;
import dev.kctl.net.HostNetwork;
import dev.kctl.net.KernelRefused;
import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import dev.kctl.net.NetworkException;
import dev.kctl.net.RootTag;
import dev.kctl.net.Subnet;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This host's kernel. The ways to it are opened with the first use, so that an engine whose host
 * lacks something for networks still starts containers that want none.
 */
public final class KernelSide implements HostSide {
  private static final int EPERM = 1;
  private static final String NONE_HELPS = "; a container starts without with --network none";

  private final RootTag root;
  private @Nullable HostNetwork opened;

  /** For the bridges, TAPs and rules of one data root. */
  public KernelSide(Path root) {
    this.root = RootTag.of(root);
  }

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public List<Subnet> routes() {
    return with(HostNetwork::routes);
  }

  @Override
  public void up(Network network) {
    run(host -> host.up(network));
  }

  @Override
  public int mtu(Network network) {
    return with(host -> host.mtu(network));
  }

  @Override
  public void attach(Endpoint endpoint, int uid) {
    run(host -> host.attach(endpoint, uid));
  }

  @Override
  public void detach(Lease lease) {
    run(host -> host.detach(lease));
  }

  @Override
  public void down(Network network) {
    run(host -> host.down(network));
  }

  @Override
  public List<String> adopt(Collection<Network> known, Collection<Endpoint> attached) {
    return with(host -> host.adopt(known, attached));
  }

  @Override
  public List<String> reconcile() {
    return with(HostNetwork::reconcile);
  }

  /** Something that is done with the kernel. */
  private interface Step {
    void run(HostNetwork host);
  }

  private void run(Step step) {
    var host = open();
    try {
      step.run(host);
    } catch (NetworkException e) {
      throw refused(e);
    }
  }

  private <T> T with(Function<HostNetwork, T> question) {
    var host = open();
    try {
      return question.apply(host);
    } catch (NetworkException e) {
      throw refused(e);
    }
  }

  private synchronized HostNetwork open() {
    var known = opened;
    if (known == null) {
      known = opened();
      opened = known;
    }
    return known;
  }

  private HostNetwork opened() {
    try {
      return HostNetwork.open(root);
    } catch (NetworkException e) {
      throw NetworkRefusal.failed(e.getMessage() + NONE_HELPS);
    }
  }

  /** Root may be without the right to it: in a container, say. */
  private static NetworkRefusal refused(NetworkException failure) {
    return failure instanceof KernelRefused refused && refused.errno() == EPERM
        ? NetworkRefusal.failed(
            failure.getMessage()
                + ": networks need CAP_NET_ADMIN, which root does not have here"
                + NONE_HELPS)
        : NetworkRefusal.of(failure);
  }

  @Override
  public synchronized void close() {
    var known = opened;
    if (known != null) {
      known.close();
      opened = null;
    }
  }
}
