#!/usr/bin/env bash
# service-test.sh: kctl on a machine with systemd, control groups of version 2 and a real KVM. machine.sh boots one, whose
# nested-test.service begins this as /media/test after each boot: the machine reboots in the middle.
set -uo pipefail
exec >/dev/ttyS1 2>&1
export PATH=/opt/kctl/bin:$PATH HOME=/root
# shellcheck source=../packaging/lib.sh
. /media/lib.sh
# shellcheck source=../packaging/registry.sh
. /media/registry.sh

marks=/var/lib/nested-test
image=localhost:5000/box:latest
root=/var/lib/kctl
mkdir -p "$marks"

# check NAME COMMAND...: the test NAME passes when COMMAND does.
check() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$marks/output" 2>&1; then
    echo passed >>"$marks/results"
    printf 'ok %s (%s s)\n' "$name" "$((SECONDS - start))"
  else
    echo failed >>"$marks/results"
    printf 'not ok %s\n' "$name"
    sed 's/^/    /' "$marks/output"
    echo
  fi
}

# eventually COMMAND...: looks every second, for ten minutes: everything here is emulated.
eventually() {
  local tries
  for tries in {1..600}; do
    "$@" && return
    sleep 1
  done
  printf 'not within ten minutes, after %s looks: %s\n' "$tries" "$*"
  return 1
}

# found TEXT: the processes with TEXT in their command line; fails where there is none.
found() {
  local pids
  pids=$(processes_of "$1")
  [ -n "$pids" ] && printf '%s\n' "$pids"
}

engine() {
  found dev.kctl.engine.EngineMain
}

keeper() {
  found lib/kctl-keeper
}

machine() {
  found 'qemu-system-x86_64 -'
}

# The control group of a process, as a folder.
group_of() {
  printf '/sys/fs/cgroup%s\n' "$(sed -n 's/^0:://p' "/proc/$1/cgroup")"
}

# Lets whatever was started go, so that the next command begins with a new engine.
end_engine() {
  stop_engine /run/kctl
  no_process
}

no_machine() {
  ! machine
}

no_process() {
  ! engine && ! keeper && ! machine
}

has_kvm() {
  [ -c /dev/kvm ] && stat -c '%U:%G %a' /dev/kvm && [ "$(stat -c %G /dev/kvm)" = kvm ]
}

takes_kvm_by_itself() {
  local said
  said=$(kctl run --rm "$image" busybox echo hello 2>"$marks/stderr") || { cat "$marks/stderr"; return 1; }
  cat "$marks/stderr" "$root/kvm-verdict.json"
  [ "$said" = hello ] && ! grep WARNING "$marks/stderr" && grep '"accelerator":"KVM"' "$root/kvm-verdict.json"
}

# How long the steps of a start take here, for docs/vmm.md.
measure() {
  kctl run --rm --trace-start "$image" busybox true 2>&1 | sed 's/^/    /'
}

gives_the_exit_code() {
  local code=0
  kctl run --rm "$image" busybox sh -c 'exit 7' || code=$?
  [ "$code" -eq 7 ]
}

starts_a_container() {
  SECRET_OF_STARTER=hush kctl run -d --name box --restart always -m 128m "$image" busybox sh -c 'echo began; exec busybox sleep 100000' &&
    tr '\0' ' ' <"/proc/$(machine)/cmdline" | grep -- '-accel kvm' && kctl ps | grep box
}

machine_has_a_user_of_its_own() {
  local user
  user=$(stat -c %u "/proc/$(machine)") && echo "$user" && [ "$user" -ge 1610612736 ]
}

machine_is_limited() {
  local group memory
  group=$(group_of "$(machine)")
  grep -H . "$group/memory.max" "$group/pids.max" "$group/memory.current"
  memory=$(cat "$group/memory.max")
  # The container's 128 MiB, its kernel's share, and QEMU's own 192 MiB.
  [ "$memory" -gt $((320 << 20)) ] && [ "$memory" -lt $((512 << 20)) ] && [ "$(cat "$group/pids.max")" -eq 129 ] &&
    [ "$(cat "$group/memory.current")" -gt 0 ]
}

# A group that eats more than its limit is ended by the kernel, and kctl tells it.
limit_holds() {
  local group code=0 said other
  other=$(machine)
  kctl run --name eater "$image" busybox sh -c 'echo began; exec busybox sleep 100000' >"$marks/eater" 2>&1 &
  eventually grep -q began "$marks/eater" || return 1
  group=$(group_of "$(machine | grep -vx "$other")")
  echo $((16 << 20)) >"$group/memory.max"
  wait $! || code=$?
  said=$(cat "$marks/eater")
  kctl rm -f eater
  printf '%s\n' "$said" && [ "$code" -eq 137 ] &&
    case "$said" in *'the machine ended: its VMM was killed by the host'*) ;; *) return 1 ;; esac
}

starters_environment_stays_away() {
  local pid
  for pid in $(keeper) $(engine) $(machine) $(found lib/vhost-device-vsock); do
    printf '%s: %s\n' "$(cat "/proc/$pid/comm")" "$(tr '\0' ' ' <"/proc/$pid/environ")"
    ! grep -q hush "/proc/$pid/environ" || return 1
  done
  ! kctl exec box busybox env | grep hush
}

outlives_its_starters_group() {
  systemd-run --quiet --wait --unit=starter --setenv=HOME=/root /opt/kctl/bin/kctl run -d --name other "$image" busybox sleep 100000 &&
    kctl ps | grep other && kctl rm -f other
}

service_is_installed() {
  sed 's|@TREE@|/opt/kctl|' /opt/kctl/share/systemd/kctl.service >/etc/systemd/system/kctl.service &&
    systemd-analyze verify /etc/systemd/system/kctl.service && systemctl enable kctl && [ -e "$root/start-at-boot" ]
}

before_the_reboot() {
  cp -a /media/kctl /opt/kctl
  start_registry_here
  check "there is a KVM, for its group" has_kvm
  check "kctl takes the KVM by itself, without a warning" takes_kvm_by_itself
  mkdir -p /etc/kctl
  echo '{"accel":"kvm"}' >/etc/kctl/config.json
  check "the engine ends when asked" end_engine
  check "a container runs on the KVM that the configuration asks for" starts_a_container
  measure
  check "the exit code is the container's" gives_the_exit_code
  check "a machine has a user of its own" machine_has_a_user_of_its_own
  check "a machine's control group has its limits" machine_is_limited
  check "a machine beyond its limit is ended, and kctl run says why" limit_holds
  check "nothing of the starter's environment is inherited" starters_environment_stays_away
  check "a container outlives the service that started it" outlives_its_starters_group
  check "the unit is taken by systemd" service_is_installed
  touch "$marks/rebooted"
  printf 'rebooting after %s s\n' "$(cut -d. -f1 /proc/uptime)"
  systemctl reboot
}

# The log is the container's own word: nobody has asked kctl yet.
began_twice() {
  [ "$(cat "$root"/containers/*/log/* | grep -c began)" -eq 2 ]
}

comes_back() {
  eventually began_twice && eventually systemctl is-active kctl.service && machine
}

is_out_of_the_service() {
  group_of "$(machine)"
  case "$(group_of "$(machine)")" in *kctl.service*) return 1 ;; esac
}

runs_as_before() {
  kctl ps && kctl ps | grep -E 'box.*Up|Up.*box' && [ "$(kctl exec box busybox echo inside)" = inside ] && machine_is_limited
}

outlives_the_service() {
  local before
  before=$(machine)
  systemctl stop kctl.service && [ "$(machine)" = "$before" ] && [ "$(kctl exec box busybox echo inside)" = inside ]
}

mark_goes_with_the_last_container() {
  kctl rm -f box && [ ! -e "$root/start-at-boot" ] && eventually no_machine
}

service_stays_away_unwanted() {
  end_engine && systemctl start kctl.service
  systemctl show -p ConditionResult kctl.service | grep no && ! engine && ! keeper
}

after_the_reboot() {
  check "the container is back after a reboot, with nobody asking" comes_back
  check "its machine is in no service's control group" is_out_of_the_service
  check "it can be used as before" runs_as_before
  check "it outlives the end of the service" outlives_the_service
  check "without a container that wants it, the mark of the service goes" mark_goes_with_the_last_container
  check "and the service starts no engine" service_stays_away_unwanted
  printf '%s passed, %s failed\n' "$(grep -c passed "$marks/results")" "$(grep -c failed "$marks/results")"
  sync
  systemctl poweroff
}

start_registry_here() {
  mkdir -p /var/lib/registry
  cp -a /media/registry/data /var/lib/registry/
  start_registry /var/lib/registry 5000
}

fail() {
  printf 'error: %s\n' "$*"
  printf '0 passed, 1 failed\n'
  systemctl poweroff
}

printf 'up after %s s: %s\n' "$(cut -d. -f1 /proc/uptime)" "$(systemctl is-system-running --wait)"
if [ -e "$marks/rebooted" ]; then after_the_reboot; else before_the_reboot; fi
