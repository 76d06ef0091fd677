#!/bin/sh
# Runs every libFuzzer target, two at a time: sh tests/fuzz/run.sh [SECONDS [TARGET...]]
# SECONDS each, 300 by default. Builds the preset fuzz (clang, address and undefined behaviour sanitizers). JOBS=1 runs one at
# a time. What finds come with stays in the folder that is named at the end; the status is not 0 then.
set -eu

say() { printf '%s\n' "$*"; }

top=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
seconds=${1:-300}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(sed -n 's/^kite_add_fuzz(\([a-z]*\) .*/\1/p' "$top/tests/fuzz/CMakeLists.txt")

cd "$top"
cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target $(printf 'fuzz_%s ' "$@") -j"${JOBS:-2}"

found=$top/build/fuzz/found
mkdir -p "$found"

# One target: seeds from the corpus, new inputs in a folder of its own, so that the corpus stays what people chose.
fuzz_one='
    name=$1 seconds=$2 top=$3 found=$4
    grown=$top/build/fuzz/grown/$name artefacts=$found/$name
    mkdir -p "$grown" "$artefacts"
    log=$artefacts/log
    if "$top/build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=512 \
        -timeout=25 -max_len=70000 -print_final_stats=1 -artifact_prefix="$artefacts/" \
        "$grown" "$top/tests/fuzz/corpus/$name" >"$log" 2>&1
    then
        printf "%-18s clean, %s runs in %s s\n" "$name" "$(sed -n "s/^stat::number_of_executed_units: *//p" "$log")" "$seconds"
        rm -r "$artefacts"
    else
        printf "%-18s FOUND something: %s\n" "$name" "$artefacts"
        exit 1
    fi'
status=0
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I NAME sh -c "$fuzz_one" fuzz NAME "$seconds" "$top" "$found" || status=1
[ "$status" -eq 0 ] || say "Finds, with the inputs that lead to them: $found"
exit "$status"
