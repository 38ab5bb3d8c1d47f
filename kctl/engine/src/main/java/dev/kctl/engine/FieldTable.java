package dev.kctl.engine;

import static dev.kctl.engine.FieldSupport.honoured;
import static dev.kctl.engine.FieldSupport.meaningless;
import static dev.kctl.engine.FieldSupport.refused;
import static dev.kctl.engine.FieldSupport.warned;

import java.util.List;

/** The rows of {@link FieldSupport}. */
final class FieldTable {
  private static final String NO_LINKS =
      "containers of a network that somebody made find each other by name";
  private static final String NO_VOLUMES = "there are no volumes and no shared directories";
  private static final String OWN_KERNEL = "the container has a kernel of its own";
  private static final String NO_SHARED_CPUS = "the container's machine has CPUs of its own";
  private static final String NO_HOST_IO = "disks are the machine's own";
  private static final String FIXED_PATHS = "either Docker's paths are masked, or none";

  private FieldTable() {}

  static final List<FieldSupport> ENTRIES =
      List.of(
          honoured("Hostname", "--hostname"),
          honoured("Domainname", "--domainname"),
          honoured("User", "--user"),
          honoured("AttachStdin", "--attach"),
          honoured("AttachStdout", "--attach"),
          honoured("AttachStderr", "--attach"),
          honoured("ExposedPorts", "--expose"),
          honoured("Tty", "--tty"),
          honoured("OpenStdin", "--interactive"),
          honoured("StdinOnce", "--interactive"),
          honoured("Env", "--env"),
          honoured("Cmd", ""),
          honoured("Healthcheck", "--health-cmd"),
          honoured("Image", ""),
          refused("Volumes", "--volume", NO_VOLUMES),
          honoured("WorkingDir", "--workdir"),
          honoured("Entrypoint", "--entrypoint"),
          honoured("NetworkDisabled", ""),
          honoured("MacAddress", "--mac-address"),
          honoured("Labels", "--label"),
          honoured("StopSignal", "--stop-signal"),
          honoured("StopTimeout", "--stop-timeout"),
          refused("HostConfig.Binds", "--volume", NO_VOLUMES),
          honoured("HostConfig.ContainerIDFile", "--cidfile"),
          honoured("HostConfig.LogConfig.Type", "--log-driver"),
          honoured("HostConfig.LogConfig.Config", "--log-opt"),
          honoured("HostConfig.NetworkMode", "--network"),
          honoured("HostConfig.PortBindings", "--publish"),
          honoured("HostConfig.PublishAllPorts", "--publish-all"),
          honoured("HostConfig.RestartPolicy", "--restart"),
          honoured("HostConfig.AutoRemove", "--rm"),
          refused("HostConfig.VolumeDriver", "--volume-driver", NO_VOLUMES, "local"),
          refused("HostConfig.VolumesFrom", "--volumes-from", NO_VOLUMES),
          refused("HostConfig.Mounts", "--mount", NO_VOLUMES),
          honoured("HostConfig.ConsoleSize", ""),
          honoured("HostConfig.Annotations", "--annotation"),
          honoured("HostConfig.CapAdd", "--cap-add"),
          honoured("HostConfig.CapDrop", "--cap-drop"),
          refused("HostConfig.CgroupnsMode", "--cgroupns", "always private", "private"),
          honoured("HostConfig.Dns", "--dns"),
          honoured("HostConfig.DnsOptions", "--dns-option"),
          honoured("HostConfig.DnsSearch", "--dns-search"),
          honoured("HostConfig.ExtraHosts", "--add-host"),
          honoured("HostConfig.GroupAdd", "--group-add"),
          refused(
              "HostConfig.IpcMode", "--ipc", "always the machine's own", "private", "shareable"),
          refused("HostConfig.Cgroup", "", OWN_KERNEL),
          refused("HostConfig.Links", "--link", NO_LINKS),
          honoured("HostConfig.OomScoreAdj", "--oom-score-adj"),
          refused("HostConfig.PidMode", "--pid", "processes of other machines are out of reach"),
          honoured("HostConfig.Privileged", "--privileged"),
          honoured("HostConfig.ReadonlyRootfs", "--read-only"),
          honoured("HostConfig.SecurityOpt", "--security-opt"),
          refused("HostConfig.StorageOpt", "--storage-opt", "disks grow up to 64 GiB"),
          refused("HostConfig.Tmpfs", "--tmpfs", "not there yet"),
          refused("HostConfig.UTSMode", "--uts", "the host's name is out of reach"),
          refused("HostConfig.UsernsMode", "--userns", OWN_KERNEL, "host"),
          honoured("HostConfig.ShmSize", "--shm-size"),
          honoured("HostConfig.Sysctls", "--sysctl"),
          honoured("HostConfig.Runtime", "--runtime"),
          meaningless("HostConfig.Isolation", "--isolation", "for Windows only", "default"),
          honoured("HostConfig.CpuShares", "--cpu-shares"),
          honoured("HostConfig.Memory", "--memory"),
          honoured("HostConfig.NanoCpus", "--cpus"),
          meaningless("HostConfig.CgroupParent", "--cgroup-parent", OWN_KERNEL),
          meaningless("HostConfig.BlkioWeight", "--blkio-weight", NO_HOST_IO),
          meaningless("HostConfig.BlkioWeightDevice", "--blkio-weight-device", NO_HOST_IO),
          refused("HostConfig.BlkioDeviceReadBps", "--device-read-bps", NO_HOST_IO),
          refused("HostConfig.BlkioDeviceWriteBps", "--device-write-bps", NO_HOST_IO),
          refused("HostConfig.BlkioDeviceReadIOps", "--device-read-iops", NO_HOST_IO),
          refused("HostConfig.BlkioDeviceWriteIOps", "--device-write-iops", NO_HOST_IO),
          honoured("HostConfig.CpuPeriod", "--cpu-period"),
          honoured("HostConfig.CpuQuota", "--cpu-quota"),
          meaningless("HostConfig.CpuRealtimePeriod", "--cpu-rt-period", NO_SHARED_CPUS),
          meaningless("HostConfig.CpuRealtimeRuntime", "--cpu-rt-runtime", NO_SHARED_CPUS),
          honoured("HostConfig.CpusetCpus", "--cpuset-cpus"),
          meaningless("HostConfig.CpusetMems", "--cpuset-mems", "a guest has one memory node", "0"),
          refused(
              "HostConfig.Devices",
              "--device",
              "a machine has no devices of the host's; those of its own kernel (/dev/kvm is none of"
                  + " them) are there with --privileged"),
          refused("HostConfig.DeviceCgroupRules", "--device-cgroup-rule", OWN_KERNEL),
          refused("HostConfig.DeviceRequests", "--gpus", "no device is passed through"),
          meaningless("HostConfig.KernelMemory", "--kernel-memory", OWN_KERNEL),
          meaningless("HostConfig.KernelMemoryTCP", "", OWN_KERNEL),
          honoured("HostConfig.MemoryReservation", "--memory-reservation"),
          warned("HostConfig.MemorySwap", "--memory-swap", "guests have no swap", "-1"),
          meaningless(
              "HostConfig.MemorySwappiness", "--memory-swappiness", "guests have no swap", "-1"),
          warned(
              "HostConfig.OomKillDisable",
              "--oom-kill-disable",
              "a guest that cannot kill would hang"),
          honoured("HostConfig.PidsLimit", "--pids-limit"),
          honoured("HostConfig.Ulimits", "--ulimit"),
          meaningless("HostConfig.CpuCount", "--cpu-count", "for Windows only"),
          meaningless("HostConfig.CpuPercent", "--cpu-percent", "for Windows only"),
          meaningless("HostConfig.IOMaximumIOps", "--io-maxiops", "for Windows only"),
          meaningless("HostConfig.IOMaximumBandwidth", "--io-maxbandwidth", "for Windows only"),
          refused("HostConfig.MaskedPaths", "", FIXED_PATHS),
          refused("HostConfig.ReadonlyPaths", "", FIXED_PATHS),
          honoured("HostConfig.Init", "--init"));
}
