#!/usr/bin/env bash
# in-namespace.sh COMMAND...: runs COMMAND in a network namespace of its own and ends with its exit code. What the command
# does to networks, firewalls and forwarding, it does there; with its last process all of it is gone. Needs root.
#
# The command finds a host with loopback and one uplink, `up0` (192.0.2.2, 2001:db8::2). Behind that is the outside
# (192.0.2.1, 2001:db8::1), a namespace too: `nsenter --target $KCTL_OUTSIDE --net ...` runs something there. The outside
# knows a way back to every private address, so that nothing is safe from it by its ignorance; of the rest of the world it
# says at once that it cannot be reached.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -ge 1 ] || fail "use: in-namespace.sh COMMAND..."
[ "$(id -u)" -eq 0 ] || fail "in-namespace.sh: only root can make a network namespace"
PATH=$PATH:/usr/sbin:/sbin

if [ "${KCTL_NAMESPACE-}" != inside ]; then
  KCTL_NAMESPACE=inside exec unshare --net -- "$0" "$@"
fi
unset KCTL_NAMESPACE

# It ends with its standard input, which nobody but this script holds: however this script ends.
exec 8> >(exec unshare --net -- cat >/dev/null)
export KCTL_OUTSIDE=$!
until [ "$(readlink "/proc/$KCTL_OUTSIDE/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done

at_outside() {
  nsenter --target "$KCTL_OUTSIDE" --net -- "$@"
}

ip link set lo up
at_outside ip link set lo up
ip link add up0 type veth peer name eth0 netns "$KCTL_OUTSIDE"
ip addr add 192.0.2.2/24 dev up0
ip addr add 2001:db8::2/64 dev up0 nodad
ip link set up0 up
at_outside ip -batch - <<'EOF'
addr add 192.0.2.1/24 dev eth0
addr add 2001:db8::1/64 dev eth0 nodad
link set eth0 up
route add 10.0.0.0/8 via 192.0.2.2
route add 172.16.0.0/12 via 192.0.2.2
route add 192.168.0.0/16 via 192.0.2.2
route add unreachable default
route add fd00::/8 via 2001:db8::2
EOF
at_outside ip -6 route add unreachable default
at_outside sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip route add default via 192.0.2.1
ip -6 route add default via 2001:db8::1
# The kernel tells IPv6 of a new link up to a second later, and nothing is heard till then.
until at_outside ip -o link show eth0 | grep -q 'state UP'; do sleep 0.02; done

code=0
"$@" 8>&- || code=$?
exec 8>&-
wait "$KCTL_OUTSIDE"
exit "$code"
