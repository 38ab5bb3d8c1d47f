package dev.kctl.guest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesRequest;
import dev.kctl.guest.proto.ProcessesResult;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to {@code Processes}, counted while it is read: a row takes two bytes on the wire and
 * a hundred in the heap, so that the largest message could hold more of them than there is memory.
 */
final class ProcessList {
  /** The contract's own bounds. */
  static final int LARGEST = 1 << 20;

  static final int MOST = 4096;

  /** The call with its answer as it came. */
  static final MethodDescriptor<ProcessesRequest, byte[]> METHOD =
      AgentGrpc.getProcessesMethod().toBuilder(
              AgentGrpc.getProcessesMethod().getRequestMarshaller(), new Bytes())
          .build();

  private static final int ROW =
      ProcessesResult.PROCESSES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private static final ExtensionRegistryLite NOTHING_MORE =
      ExtensionRegistryLite.getEmptyRegistry();

  private ProcessList() {}

  static List<ProcessInfo> of(byte[] message) {
    var rows = new ArrayList<ProcessInfo>();
    var input = CodedInputStream.newInstance(message);
    try {
      for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (tag != ROW) {
          input.skipField(tag);
        } else if (rows.size() == MOST) {
          throw new AgentImpostor("agent: more than " + MOST + " processes");
        } else {
          rows.add(ProcessInfo.parseFrom(input.readByteBuffer(), NOTHING_MORE));
        }
      }
      return rows;
    } catch (InvalidProtocolBufferException e) {
      throw new AgentImpostor("agent: a list of processes that is none", e);
    } catch (IOException e) {
      throw new UncheckedIOException("from memory", e);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
