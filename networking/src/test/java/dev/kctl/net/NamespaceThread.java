package dev.kctl.net;

import dev.kctl.linux.NetworkNamespace;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A machine of its own for a test: a thread in a network namespace, which goes, with all that is in
 * it, when the thread ends, however the test ends.
 */
final class NamespaceThread implements Closeable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final int id;

  NamespaceThread() throws Exception {
    id =
        call(
            () -> {
              NetworkNamespace.unshare();
              return NetworkNamespace.threadId();
            });
    // No waiting for duplicate addresses: a machine of a test knows who is there.
    sh("ip link set lo up; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
  }

  /** Which {@code ip link set ... netns} takes. */
  int id() {
    return id;
  }

  <T> T call(Callable<T> body) throws Exception {
    try {
      return thread.submit(body).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs commands here, in one shell, and returns what they print. */
  String sh(String commands) throws Exception {
    var result = tryShell(commands);
    if (result.code != 0) {
      throw new AssertionError(commands + ": " + result.output);
    }
    return result.output;
  }

  /** What a shell printed, and its exit code. */
  record Result(int code, String output) {}

  Result tryShell(String commands) throws Exception {
    return call(
        () -> {
          var builder = new ProcessBuilder("/bin/sh", "-ec", commands).redirectErrorStream(true);
          builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
          var process = builder.start();
          process.getOutputStream().close();
          var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          return new Result(process.waitFor(), output);
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
