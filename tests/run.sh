#!/bin/sh
# Installs what the tests need, builds, and runs them all: sh tests/run.sh [ctest options]
# PRESET=asan (or tsan) runs the same under a sanitizer.
set -eu

say() { printf '%s\n' "$*" >&2; }

top=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
preset=${PRESET:-dev}

. "$top/installers/packages.sh"
install_packages $build_packages $test_packages

cd "$top"
say "Building the preset $preset"
cmake --preset "$preset" >/dev/null
cmake --build "build/$preset"

# Two at a time: the tests that measure nothing but themselves may share the machine. Those that mostly wait for others count half.
exec ctest --preset "$preset" --parallel 4 "$@"
