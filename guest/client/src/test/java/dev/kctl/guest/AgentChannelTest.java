package dev.kctl.guest;

import static dev.kctl.guest.ScriptedService.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentChannelTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private final ScriptedService service = new ScriptedService();
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
  void deliversEventsInOrderUntilTheAgentEndsThem() throws Exception {
    LongStream.rangeClosed(1, 100).forEach(i -> service.script.add(output(i, 10)));
    service.end.set(Optional.of(Status.OK));
    var sink = new RecordingSink();

    channel.events(0, sink);

    assertThat(sink.end()).isEmpty();
    assertThat(sink.sequences).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
  }

  @Test
  void saysWhereToBegin() throws Exception {
    service.script.add(output(42, 1));
    service.end.set(Optional.of(Status.OK));
    var sink = new RecordingSink();

    channel.events(41, sink);

    assertThat(sink.end()).isEmpty();
    assertThat(service.acknowledged.poll(2, TimeUnit.MINUTES)).isEqualTo(41);
  }

  @Test
  void acknowledges() throws Exception {
    var stream = channel.events(0, new RecordingSink());
    assertThat(service.acknowledged.poll(2, TimeUnit.MINUTES)).isEqualTo(0);

    stream.acknowledge(7);

    assertThat(service.acknowledged.poll(2, TimeUnit.MINUTES)).isEqualTo(7);
  }

  @Test
  void holdsAChattyGuestBackWhileTheSinkIsBusy() throws Exception {
    LongStream.rangeClosed(1, 2000).forEach(i -> service.script.add(output(i, 60_000)));
    service.end.set(Optional.of(Status.OK));
    var sink = new RecordingSink(true);

    channel.events(0, sink);
    var settled = settledCount();
    sink.open();

    // 16 wanted, and what lies in sockets and windows: far below 120 MB.
    assertThat(settled).isLessThan(60);
    assertThat(sink.end()).isEmpty();
    assertThat(sink.sequences).hasSize(2000);
  }

  @Test
  void refusesAMessageLargerThanTheContractAllows() throws Exception {
    service.script.add(output(1, 200_000));
    var sink = new RecordingSink();

    channel.events(0, sink);

    assertThat(sink.end()).containsInstanceOf(AgentImpostor.class);
    assertThat(sink.sequences).isEmpty();
  }

  @Test
  void refusesAGapInTheNumbers() throws Exception {
    service.script.add(output(1, 1));
    service.script.add(output(3, 1));
    var sink = new RecordingSink();

    channel.events(0, sink);

    assertThat(sink.end())
        .get()
        .isInstanceOf(AgentImpostor.class)
        .extracting(Throwable::getMessage)
        .isEqualTo("agent: event 3 where 2 was due");
    assertThat(sink.sequences).containsExactly(1L);
  }

  @Test
  void tellsThatANewerSubscriptionTookOver() throws Exception {
    service.script.add(output(1, 1));
    service.end.set(Optional.of(Status.ABORTED));
    var sink = new RecordingSink();

    channel.events(0, sink);

    assertThat(sink.end())
        .get()
        .isInstanceOfSatisfying(
            AgentRefused.class,
            e -> assertThat(e.reason()).isEqualTo(AgentRefused.Reason.SUPERSEDED));
  }

  @Test
  void sendsInputInChunksTheContractAllows() throws Exception {
    try (var input = channel.openInput()) {
      input.write(ByteBuffer.allocate(100_000));
    }

    assertThat(service.asked.poll(2, TimeUnit.MINUTES)).isEqualTo("input 65536");
    assertThat(service.asked.poll(2, TimeUnit.MINUTES)).isEqualTo("input 34464");
    assertThat(service.asked.poll(2, TimeUnit.MINUTES)).isEqualTo("end of input");
  }

  @Test
  void tellsThatThereIsNoInput() {
    service.refusal.set(
        Optional.of(Status.FAILED_PRECONDITION.withDescription("no\u001b[31m stdin")));
    var input = channel.openInput();

    assertThatThrownBy(
            () -> {
              while (true) {
                input.write(ByteBuffer.allocate(10_000));
              }
            })
        .isInstanceOf(AgentRefused.class)
        .hasMessage("agent: no\\u001b[31m stdin");
  }

  @Test
  void resizesAndSignals() {
    channel.resize(24, 80);
    channel.signal(15);

    assertThat(service.asked).containsExactly("resize 24 x 80", "signal 15");
  }

  @Test
  void tellsThatASignalCameTooLate() {
    service.refusal.set(Optional.of(Status.FAILED_PRECONDITION.withDescription("it has ended")));

    assertThatThrownBy(() -> channel.signal(15))
        .isInstanceOf(AgentRefused.class)
        .hasMessage("agent: it has ended");
  }

  @Test
  void asksTheAgentAboutItself() {
    assertThat(channel.info(PATIENCE).getAgentVersion()).isEqualTo("fake");
  }

  @Test
  void noticesTheMachinesEnd() throws Exception {
    var sink = new RecordingSink();
    channel.events(0, sink);
    assertThat(channel.info(PATIENCE).getAgentVersion()).isEqualTo("fake");

    agent.hangUp();

    channel.closed().toCompletableFuture().get(2, TimeUnit.MINUTES);
    assertThat(sink.end()).containsInstanceOf(AgentGone.class);
    assertThatThrownBy(() -> channel.info(PATIENCE)).isInstanceOf(AgentGone.class);
  }

  @Test
  void noticesTheMachinesEndWithoutAnyCall() throws Exception {
    agent.hangUp();

    channel.closed().toCompletableFuture().get(2, TimeUnit.MINUTES);
  }

  @Test
  void isClosedWhenClosed() throws Exception {
    channel.close();

    channel.closed().toCompletableFuture().get(2, TimeUnit.MINUTES);
    assertThatThrownBy(() -> channel.signal(9)).isInstanceOf(AgentGone.class);
  }

  /** How many events the agent could get rid of, once that number no longer grows. */
  private int settledCount() throws InterruptedException {
    var before = -1;
    while (before < service.sent.get() || before == 0) {
      before = service.sent.get();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return before;
  }
}
