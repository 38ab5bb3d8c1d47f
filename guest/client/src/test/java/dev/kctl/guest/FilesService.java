package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.ArchiveChunk;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.ChangesRequest;
import dev.kctl.guest.proto.ExecEvent;
import dev.kctl.guest.proto.ExecRequest;
import dev.kctl.guest.proto.FreezeRequest;
import dev.kctl.guest.proto.FreezeResult;
import dev.kctl.guest.proto.InfoRequest;
import dev.kctl.guest.proto.InfoResult;
import dev.kctl.guest.proto.PathRequest;
import dev.kctl.guest.proto.PathStat;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesRequest;
import dev.kctl.guest.proto.ProcessesResult;
import dev.kctl.guest.proto.ReadArchiveRequest;
import dev.kctl.guest.proto.WriteArchiveRequest;
import dev.kctl.guest.proto.WriteArchiveResult;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** An agent's answers about execs and files: a script, and a record of all it was asked. */
final class FilesService extends AgentGrpc.AgentImplBase {
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final List<ExecEvent> exec = new ArrayList<>();
  final AtomicReference<Optional<Status>> refusal = new AtomicReference<>(Optional.empty());
  final AtomicInteger sent = new AtomicInteger();
  final CountDownLatch cancelled = new CountDownLatch(1);

  /** Plays the script at once, and ends the call when the input is closed. */
  @Override
  public StreamObserver<ExecRequest> exec(StreamObserver<ExecEvent> events) {
    if (refuse(events)) {
      return ignore();
    }
    return new StreamObserver<>() {
      @Override
      public void onNext(ExecRequest request) {
        switch (request.getWhatCase()) {
          case START -> {
            asked.add("start " + request.getStart().getArgsList());
            exec.forEach(events::onNext);
          }
          case INPUT -> asked.add("input " + request.getInput().size());
          case RESIZE -> asked.add("resize " + request.getResize().getRows());
          case SIGNAL -> asked.add("signal " + request.getSignal());
          case CLOSE_INPUT -> {
            asked.add("end of input");
            events.onCompleted();
          }
          case WHAT_NOT_SET -> asked.add("nothing");
        }
      }

      @Override
      public void onError(Throwable cause) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {}
    };
  }

  /** As many processes, each with a command line of the longest kind, as `sent` says. */
  @Override
  public void processes(ProcessesRequest request, StreamObserver<ProcessesResult> result) {
    var one = ProcessInfo.newBuilder().setPid(1).setCommand("x".repeat(4096)).build();
    var all = ProcessesResult.newBuilder();
    for (var i = 0; i < sent.get(); i++) {
      all.addProcesses(one);
    }
    answer(result, all.build());
  }

  @Override
  public void freeze(FreezeRequest request, StreamObserver<FreezeResult> result) {
    asked.add("freeze " + request.getFrozen());
    answer(result, FreezeResult.getDefaultInstance());
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoResult> result) {
    answer(result, InfoResult.getDefaultInstance());
  }

  @Override
  public void statPath(PathRequest request, StreamObserver<PathStat> result) {
    answer(result, PathStat.newBuilder().setName(request.getPath()).build());
  }

  /** A stream that never ends, as fast as it is taken. */
  @Override
  public void readArchive(ReadArchiveRequest request, StreamObserver<ArchiveChunk> chunks) {
    if (refuse(chunks)) {
      return;
    }
    var call = (ServerCallStreamObserver<ArchiveChunk>) chunks;
    var chunk = ArchiveChunk.newBuilder().setData(ByteString.copyFrom(new byte[64 * 1024])).build();
    call.setOnCancelHandler(cancelled::countDown);
    call.setOnReadyHandler(
        () -> {
          while (call.isReady() && !call.isCancelled()) {
            call.onNext(chunk);
            sent.incrementAndGet();
          }
        });
  }

  @Override
  public StreamObserver<WriteArchiveRequest> writeArchive(
      StreamObserver<WriteArchiveResult> result) {
    if (refuse(result)) {
      return ignore();
    }
    return new StreamObserver<>() {
      @Override
      public void onNext(WriteArchiveRequest request) {
        asked.add(
            request.getPath().isEmpty()
                ? "data " + request.getData().size()
                : "unpack in " + request.getPath() + " " + request.getKeepKinds());
      }

      @Override
      public void onError(Throwable cause) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {
        answer(result, WriteArchiveResult.getDefaultInstance());
      }
    };
  }

  @Override
  public void changes(ChangesRequest request, StreamObserver<Change> changes) {
    changes.onNext(Change.newBuilder().setKind(Change.Kind.DELETED).setPath("/a").build());
    changes.onNext(Change.newBuilder().setKind(Change.Kind.ADDED).setPath("/b").build());
    changes.onCompleted();
  }

  private boolean refuse(StreamObserver<?> call) {
    refusal.get().ifPresent(status -> call.onError(status.asRuntimeException()));
    return refusal.get().isPresent();
  }

  private <A> void answer(StreamObserver<A> result, A answer) {
    if (!refuse(result)) {
      result.onNext(answer);
      result.onCompleted();
    }
  }

  private static <T> StreamObserver<T> ignore() {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {}

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {}
    };
  }
}
