package dev.kctl.vmm;

/** Why a machine is held up: the host could not write to one of its disks. */
public sealed interface Stall {
  /** The disk's serial number. */
  String disk();

  /** The host's file system has no room left. */
  record DiskFull(String disk) implements Stall {}

  /** The host could not write for another reason: {@code reason} is the system's word for it. */
  record WriteFailed(String disk, String reason) implements Stall {}
}
