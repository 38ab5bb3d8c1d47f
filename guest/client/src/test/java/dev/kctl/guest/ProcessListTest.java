package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesResult;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ProcessListTest {
  @Test
  void readsWhatTheAgentSends() {
    var one = ProcessInfo.newBuilder().setPid(1).setCommand("sh -c 'x'").build();
    var two = ProcessInfo.newBuilder().setPid(7).setUid(-1).build();
    var message = ProcessesResult.newBuilder().addProcesses(one).addProcesses(two).build();

    assertThat(ProcessList.of(message.toByteArray())).containsExactly(one, two);
    assertThat(ProcessList.of(new byte[0])).isEmpty();
  }

  @Test
  void readsAsManyAsTheContractAllows() {
    var rows = Collections.nCopies(ProcessList.MOST, ProcessInfo.getDefaultInstance());
    var message = ProcessesResult.newBuilder().addAllProcesses(rows);

    assertThat(ProcessList.of(message.build().toByteArray())).hasSize(ProcessList.MOST);
    message.addProcesses(ProcessInfo.getDefaultInstance());
    assertThatThrownBy(() -> ProcessList.of(message.build().toByteArray()))
        .isInstanceOf(AgentImpostor.class)
        .hasMessage("agent: more than 4096 processes");
  }

  @Test
  void refusesWhatIsNone() {
    // A row that is longer than the message, an end of a group, a row of garbage.
    for (var bytes : new byte[][] {{10, 5, 8}, {12}, {10, 1, 15}, {-1, -1}}) {
      assertThatThrownBy(() -> ProcessList.of(bytes))
          .isInstanceOf(AgentImpostor.class)
          .hasMessage("agent: a list of processes that is none");
    }
  }

  @Test
  void refusesDepth() {
    // Groups within groups, in a field that nobody knows.
    var groups = new byte[ProcessList.LARGEST / 2];
    Arrays.fill(groups, (byte) (15 << 3 | 3));

    assertThatThrownBy(() -> ProcessList.of(groups)).isInstanceOf(AgentImpostor.class);
  }
}
