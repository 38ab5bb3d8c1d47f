package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.ExecEvent;
import dev.kctl.guest.proto.ExecStarted;
import dev.kctl.guest.proto.Exited;
import dev.kctl.guest.proto.Output;
import dev.kctl.guest.proto.Process;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Execs, files and the small questions, against an agent that behaves, and one that does not. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AgentFilesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ExecEvent STARTED =
      ExecEvent.newBuilder().setStarted(ExecStarted.newBuilder().setPid(5)).build();
  private static final ExecEvent SAID =
      ExecEvent.newBuilder()
          .setOutput(Output.newBuilder().setData(ByteString.copyFromUtf8("hi")))
          .build();
  private static final ExecEvent EXITED =
      ExecEvent.newBuilder().setExited(Exited.newBuilder().setCode(3)).build();
  private static final Process PROCESS = Process.newBuilder().addArgs("true").build();

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private final FilesService service = new FilesService();
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
  void anExecStartsSpeaksAndEnds() throws Exception {
    script(STARTED, SAID, EXITED);
    try (var exec = channel.exec(PROCESS)) {
      assertThat(exec.next()).contains(STARTED);
      exec.resize(24, 80);
      exec.write(ByteBuffer.allocate(100_000));
      exec.signal(9);
      exec.closeInput();
      assertThat(exec.next()).contains(SAID);
      assertThat(exec.next()).contains(EXITED);
      assertThat(exec.next()).isEmpty();
    }
    var asked = new ArrayList<String>();
    service.asked.drainTo(asked);
    assertThat(asked)
        .containsExactly(
            "start [true]", "resize 24", "input 65536", "input 34464", "signal 9", "end of input");
  }

  @Test
  void anExecThatIsClosedIsCancelled() throws Exception {
    script(STARTED);
    var exec = channel.exec(PROCESS);
    assertThat(exec.next()).contains(STARTED);

    exec.close();

    assertThat(service.cancelled.await(2, TimeUnit.MINUTES)).isTrue();
    assertThatThrownBy(exec::next).isInstanceOf(AgentGone.class);
  }

  @Test
  void anExecOutOfOrderIsNoAgents() {
    script(SAID, STARTED);
    assertThatThrownBy(() -> channel.exec(PROCESS).next())
        .isInstanceOf(AgentImpostor.class)
        .hasMessage("agent: OUTPUT of an exec that has ASKED");
  }

  @Test
  void anExecCannotStartTwice() {
    script(STARTED, STARTED);
    var exec = channel.exec(PROCESS);
    exec.next();
    assertThatThrownBy(exec::next).isInstanceOf(AgentImpostor.class);
  }

  @Test
  void anExecWithoutAnEndIsNoAgents() {
    script(STARTED);
    var exec = channel.exec(PROCESS);
    exec.next();
    exec.closeInput();
    assertThatThrownBy(exec::next)
        .isInstanceOf(AgentImpostor.class)
        .hasMessage("agent: the end of an exec that has STARTED");
  }

  @Test
  void anExecOfAContainerThatDoesNotRunIsRefused() {
    service.refusal.set(Optional.of(Status.FAILED_PRECONDITION.withDescription("it has ended")));
    assertThat(refusal(() -> channel.exec(PROCESS).next()))
        .isEqualTo(AgentRefused.Reason.FAILED_PRECONDITION);
  }

  @Test
  void anExecIsToldOfTheMachinesEnd() throws Exception {
    script(STARTED);
    var exec = channel.exec(PROCESS);
    exec.next();
    agent.hangUp();
    assertThatThrownBy(exec::next).isInstanceOf(AgentGone.class);
  }

  @Test
  void aStreamThatNeverEndsIsHeldBackAndCutOff() throws Exception {
    try (var archive = channel.readArchive("/", true)) {
      assertThat(archive.next()).get().extracting(ByteString::size).isEqualTo(64 * 1024);
      // What is sent beyond what was taken fits into the windows of both ends.
      assertThat(settledCount()).isLessThan(64);
      // Nobody takes it, and still every other call has its answer.
      assertThat(channel.info(PATIENCE)).isNotNull();
    }
    assertThat(service.cancelled.await(2, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void aMissingFileIsItsOwnKindOfRefusal() {
    service.refusal.set(Optional.of(Status.NOT_FOUND.withDescription("no \u001b[2J there")));
    assertThat(refusal(() -> channel.statPath("/x"))).isEqualTo(AgentRefused.Reason.NOT_FOUND);
    assertThatThrownBy(() -> channel.readArchive("/x", false).next())
        .hasMessage("agent: no \\u001b[2J there");
  }

  @Test
  void anArchiveIsSentInPiecesTheContractAllows() {
    try (var sink = channel.writeArchive("/srv", new AgentChannel.Unpacking(true, false))) {
      sink.write(ByteBuffer.allocate(70_000));
      sink.finish();
    }
    assertThat(service.asked).containsExactly("unpack in /srv true", "data 65536", "data 4464");
  }

  @Test
  void anArchiveThatIsBrokenOffIsCancelled() throws Exception {
    var sink = channel.writeArchive("/srv", new AgentChannel.Unpacking(false, false));
    sink.write(ByteBuffer.allocate(1));
    sink.close();
    assertThat(service.cancelled.await(2, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void aFullDiskIsToldWhileWritingOrAtTheEnd() {
    service.refusal.set(Optional.of(Status.RESOURCE_EXHAUSTED.withDescription("full")));
    var sink = channel.writeArchive("/srv", new AgentChannel.Unpacking(false, false));
    assertThat(
            refusal(
                () -> {
                  while (true) {
                    sink.write(ByteBuffer.allocate(10_000));
                  }
                }))
        .isEqualTo(AgentRefused.Reason.DISK_FULL);
    assertThat(refusal(sink::finish)).isEqualTo(AgentRefused.Reason.DISK_FULL);
  }

  @Test
  void changesComeInOrder() {
    try (var changes = channel.changes()) {
      assertThat(changes.next()).get().extracting(Change::getPath).isEqualTo("/a");
      assertThat(changes.next()).get().extracting(Change::getPath).isEqualTo("/b");
      assertThat(changes.next()).isEmpty();
    }
  }

  @Test
  void aLongListOfProcessesIsTakenAndAnEndlessOneIsNot() {
    service.sent.set(250);
    assertThat(channel.processes()).hasSize(250);
    service.sent.set(3000);
    assertThatThrownBy(channel::processes).isInstanceOf(AgentImpostor.class);
  }

  @Test
  void freezesAndThaws() {
    channel.freeze(true);
    channel.freeze(false);
    assertThat(service.asked).containsExactly("freeze true", "freeze false");
  }

  @Test
  void anOlderAgentSaysThatItCannot() {
    assertThat(refusal(channel::powerOff)).isEqualTo(AgentRefused.Reason.UNKNOWN_REQUEST);
  }

  private void script(ExecEvent... events) {
    service.exec.addAll(List.of(events));
  }

  private static AgentRefused.Reason refusal(Runnable question) {
    try {
      question.run();
    } catch (AgentRefused e) {
      return e.reason();
    }
    throw new AssertionError("was not refused");
  }

  /** How many chunks the agent could get rid of, once that number no longer grows. */
  private int settledCount() throws InterruptedException {
    var before = -1;
    while (before < service.sent.get() || before == 0) {
      before = service.sent.get();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return before;
  }
}
