package dev.kctl.guest;

import dev.kctl.guest.Conversation.Patience;
import dev.kctl.guest.proto.CloseInput;
import dev.kctl.guest.proto.ExecEvent;
import dev.kctl.guest.proto.ExecRequest;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.WindowSize;
import io.grpc.ClientCall;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A running {@code Exec} call. */
final class GrpcExecCall implements ExecCall {
  /** A guest under memory pressure and emulation may be slow to fork. */
  private static final Patience START = Patience.of(Duration.ofSeconds(60));

  private final Conversation<ExecRequest, ExecEvent> call;
  private Progress progress = Progress.ASKED;
  private @Nullable WindowSize unsent;

  private enum Progress {
    ASKED,
    STARTED,
    EXITED
  }

  private GrpcExecCall(Conversation<ExecRequest, ExecEvent> call) {
    this.call = call;
  }

  static GrpcExecCall start(ClientCall<ExecRequest, ExecEvent> call, Process process) {
    var exec = new GrpcExecCall(Conversation.start(call));
    exec.call.onRoom(exec::sendSize);
    exec.call.sendNow(ExecRequest.newBuilder().setStart(process).build());
    return exec;
  }

  @Override
  public Optional<ExecEvent> next() {
    var event = call.next(progress() == Progress.ASKED ? START : Patience.UNLIMITED);
    if (!follows(event.map(ExecEvent::getWhatCase))) {
      call.close();
      throw new AgentImpostor(
          "agent: %s of an exec that has %s"
              .formatted(
                  event.map(e -> e.getWhatCase().toString()).orElse("the end"),
                  progress().toString()));
    }
    return event;
  }

  @Override
  public void write(ByteBuffer data) {
    while (data.hasRemaining()) {
      call.send(ExecRequest.newBuilder().setInput(Pieces.take(data)).build(), Patience.UNLIMITED);
    }
  }

  @Override
  public void closeInput() {
    call.sendNow(ExecRequest.newBuilder().setCloseInput(CloseInput.getDefaultInstance()).build());
  }

  @Override
  public void resize(int rows, int columns) {
    synchronized (this) {
      unsent = WindowSize.newBuilder().setRows(rows).setColumns(columns).build();
    }
    sendSize();
  }

  @Override
  public void signal(int number) {
    call.send(
        ExecRequest.newBuilder().setSignal(number).build(), Patience.of(Duration.ofSeconds(10)));
  }

  @Override
  public void close() {
    call.close();
  }

  private void sendSize() {
    if (!call.hasRoom()) {
      return;
    }
    WindowSize size;
    synchronized (this) {
      size = unsent;
      unsent = null;
    }
    if (size != null) {
      call.sendNow(ExecRequest.newBuilder().setResize(size).build());
    }
  }

  private synchronized Progress progress() {
    return progress;
  }

  /** Takes the step that an event is, where it may be the next; the end comes after `exited`. */
  private synchronized boolean follows(Optional<ExecEvent.WhatCase> event) {
    if (event.isEmpty()) {
      return progress == Progress.EXITED;
    }
    return switch (event.get()) {
      case STARTED -> step(Progress.ASKED, Progress.STARTED);
      case OUTPUT -> progress == Progress.STARTED;
      case EXITED ->
          step(Progress.ASKED, Progress.EXITED) || step(Progress.STARTED, Progress.EXITED);
      case WHAT_NOT_SET -> false;
    };
  }

  private boolean step(Progress from, Progress to) {
    if (progress != from) {
      return false;
    }
    progress = to;
    return true;
  }
}
