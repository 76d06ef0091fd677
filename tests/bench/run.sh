#!/bin/sh
# Measures kite beside other tunnels and prints ratios and goals: sh tests/bench/run.sh [--quick]
# [--only bulk,small,...] [--kite PATH] ...; --help has the rest, README.md tells how to read it.
# Needs root, for a network namespace: all of it stays on a loopback of its own.
set -eu

say() { printf '%s\n' "$*" >&2; }

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH= cd -- "$here/../.." && pwd)
build="$top/build/bench"

if [ "$(id -u)" -ne 0 ]; then
    say "This needs root, to make a network namespace of its own (unshare --net): sudo sh tests/bench/run.sh"
    exit 1
fi

case " $* " in
*" --kite "* | *" --kite="* | *" --help "*) targets="bench_load" ;;
*)
    targets="bench_load kite"
    set -- --kite "$build/bin/kite" "$@"
    ;;
esac
[ -f "$build/build.ninja" ] || (cd "$top" &&
    cmake --preset release -B "$build" -DKITE_BUILD_TESTS=ON -DKITE_BUILD_DESKTOP=OFF >&2)
cmake --build "$build" --target $targets >&2
export BENCH_LOAD="$build/bin/bench_load"

# What is started in the process namespace ends with it, whatever happens.
exec unshare --net --pid --fork --kill-child=TERM --mount-proc sh -c '
    mount -t tmpfs bench /run # sshd wants a folder there
    ip link set lo up
    # The same congestion control for all, as Debian has it.
    for route in 127.0.0.0/8 127.0.0.1; do
        ip route replace local "$route" dev lo table local proto kernel scope host src 127.0.0.1 \
            congctl cubic
    done
    echo "1024 65000" >/proc/sys/net/ipv4/ip_local_port_range
    echo "20000-22000" >/proc/sys/net/ipv4/ip_local_reserved_ports
    ulimit -n "$(ulimit -H -n)"
    exec python3 -B "$0" "$@"' "$here/bench.py" "$@"
