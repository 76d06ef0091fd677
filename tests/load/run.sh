#!/bin/sh
# Runs load suites in full size: sh tests/load/run.sh [SUITE...]
# KITE_BIN names the folder with the programs (default build/release/bin, else build/dev/bin); KITE_LOAD=small is ctest's size.
set -eu

say() { printf '%s\n' "$*"; }

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
top=$(dirname -- "$(dirname -- "$here")")
if [ -z "${KITE_BIN:-}" ]; then
    KITE_BIN=$top/build/release/bin
    [ -x "$KITE_BIN/kite" ] || KITE_BIN=$top/build/dev/bin
fi
[ -x "$KITE_BIN/kite" ] || { say "No kite in $KITE_BIN: build it, or set KITE_BIN" >&2; exit 2; }
KITE_LOAD=${KITE_LOAD:-full} PYTHONDONTWRITEBYTECODE=1
export KITE_BIN KITE_LOAD PYTHONDONTWRITEBYTECODE

[ $# -gt 0 ] || set -- refuses_tricks two_relays cuts_and_restarts hostile_links hostile_relay hostile_visitors thousand_kites
failed=
for suite; do
    say "== $suite ($KITE_LOAD, $KITE_BIN/kite)"
    python3 -W ignore::ResourceWarning "$here/${suite%.py}.py" || failed="$failed $suite"
done
[ -z "$failed" ] || { say "Failed:$failed" >&2; exit 1; }
