package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.guest.proto.NameAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentNamesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private final NamesService service = new NamesService();
  private final AgentTransport transport = new AgentTransport();
  private FakeAgent agent;
  private AgentChannel channel;

  @BeforeEach
  void connect() throws IOException {
    agent = new FakeAgent(directory, service);
    agent.listen(directory.resolve("vsock"), token);
    channel = transport.connect(directory.resolve("vsock"), FakeAgent.PORT, token, PATIENCE);
  }

  @AfterEach
  void close() throws Exception {
    channel.close();
    agent.close();
    transport.close();
  }

  @Test
  void answersEachQueryByItsNumber() throws Exception {
    service.ask(7, 20, false);
    service.ask(9, 30, true);
    channel.serveNames(
        (query, overTcp) -> Optional.of(new byte[overTcp ? query.length : query.length + 1]));

    var first = answer();
    var second = answer();

    assertThat(new long[] {first.getId(), second.getId()}).containsExactlyInAnyOrder(7, 9);
    var lengths = new int[] {first.getMessage().size(), second.getMessage().size()};
    assertThat(lengths).containsExactlyInAnyOrder(21, 30);
  }

  @Test
  void saysThatThereIsNoAnswer() throws Exception {
    service.ask(1, 20, false);
    service.ask(2, 20, true);
    channel.serveNames((_, overTcp) -> Optional.of(new byte[overTcp ? 70_000 : 5_000]));

    assertThat(answer().getMessage().isEmpty()).isTrue();
    assertThat(answer().getMessage().isEmpty()).isTrue();
  }

  @Test
  void letsASlowAnswerHoldUpNoOther() throws Exception {
    var slow = new CountDownLatch(1);
    service.ask(1, 20, false);
    service.ask(2, 21, false);
    channel.serveNames(
        (query, _) -> {
          if (query.length == 20) {
            await(slow);
          }
          return Optional.of(query);
        });

    assertThat(answer().getId()).isEqualTo(2);
    slow.countDown();
    assertThat(answer().getId()).isEqualTo(1);
  }

  @Test
  void answersOnlySoManyAtOnce() throws Exception {
    var release = new Semaphore(0);
    var begun = new Semaphore(0);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    for (var id = 1; id <= 1000; id++) {
      service.ask(id, 20, false);
    }
    channel.serveNames(
        (query, _) -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          begun.release();
          release.acquireUninterruptibly();
          running.decrementAndGet();
          return Optional.of(query);
        });

    assertThat(begun.tryAcquire(GrpcNameService.AT_ONCE, 60, TimeUnit.SECONDS)).isTrue();
    release.release(1000);
    for (var id = 1; id <= 1000; id++) {
      answer();
    }
    assertThat(most.get()).isLessThanOrEqualTo(GrpcNameService.AT_ONCE);
  }

  @Test
  void asksNoFurtherWhoTakesNoAnswers() throws Exception {
    service.beDeaf();
    var begun = new AtomicInteger();
    for (var id = 1; id <= 2000; id++) {
      service.ask(id, 20, true);
    }
    var names =
        channel.serveNames(
            (_, _) -> {
              begun.incrementAndGet();
              return Optional.of(new byte[60_000]);
            });

    var settled = settled(begun);

    // At once, and what lies in sockets and windows: far below 120 MB.
    assertThat(settled).isLessThan(2 * GrpcNameService.AT_ONCE);
    names.close();
    assertThatThrownBy(() -> end(names)).hasCauseInstanceOf(AgentGone.class);
  }

  @Test
  void endsWhereANewerServiceTakesOver() throws Exception {
    var older = channel.serveNames((_, _) -> Optional.empty());
    service.ask(1, 20, false);
    assertThat(answer().getId()).isEqualTo(1);

    channel.serveNames((query, _) -> Optional.of(query));

    assertThatThrownBy(() -> end(older))
        .hasCauseInstanceOf(AgentRefused.class)
        .cause()
        .extracting(e -> ((AgentRefused) e).reason())
        .isEqualTo(AgentRefused.Reason.SUPERSEDED);
    service.ask(2, 20, false);
    assertThat(answer().getMessage().size()).isEqualTo(20);
  }

  @Test
  void refusesAQueryThatIsNone() {
    service.ask(1, 11, false);
    var names = channel.serveNames((query, _) -> Optional.of(query));

    assertThatThrownBy(() -> end(names))
        .hasCauseInstanceOf(AgentImpostor.class)
        .hasMessageContaining("agent: a query for names of 11 bytes");
  }

  @Test
  void refusesAQueryLargerThanTheContractAllows() {
    service.ask(1, 5000, false);
    var names = channel.serveNames((query, _) -> Optional.of(query));

    assertThatThrownBy(() -> end(names)).hasCauseInstanceOf(AgentImpostor.class);
  }

  @Test
  void endsWithTheMachine() throws Exception {
    var names = channel.serveNames((query, _) -> Optional.of(query));
    service.ask(1, 20, false);
    answer();

    agent.hangUp();

    assertThatThrownBy(() -> end(names)).hasCauseInstanceOf(AgentGone.class);
  }

  private NameAnswer answer() throws InterruptedException {
    var answer = service.answers.poll(60, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    return answer;
  }

  private static void end(NameService names) throws Exception {
    names.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a number has become, once it no longer grows. */
  private static int settled(AtomicInteger number) throws InterruptedException {
    var before = -1;
    while (before < number.get() || before == 0) {
      before = number.get();
      TimeUnit.MILLISECONDS.sleep(300);
    }
    return before;
  }
}
