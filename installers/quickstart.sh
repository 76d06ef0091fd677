#!/bin/sh
# Installs what is missing, builds Kiteline, and shares a folder:
#   sh installers/quickstart.sh [FOLDER]
# With a display the tray application opens, without one `kite share` runs here. Safe to repeat.
set -eu

say() { printf '%s\n' "$*" >&2; }

top=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$top/resources/sample}
case $folder in
-h | --help)
    say "Usage: sh installers/quickstart.sh [FOLDER]   shares FOLDER (default: a small sample site)"
    exit 0
    ;;
esac
if [ ! -e "$folder" ]; then
    say "There is no '$folder'. Name a folder or a file to share."
    exit 2
fi
folder=$(CDPATH= cd -- "$(dirname -- "$folder")" && pwd)/$(basename -- "$folder")

. "$top/installers/packages.sh"
install_packages $build_packages

build=$top/build/release
if [ ! -f "$build/build.ninja" ]; then
    say "Setting up the build in build/release"
    (cd "$top" && cmake --preset release >/dev/null)
fi
say "Building (the first time takes a few minutes)"
log=$(mktemp)
if ! cmake --build "$build" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    say "The build failed; see above."
    exit 1
fi
rm -f "$log"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening Kiteline with $folder"
    exec "$build/bin/kiteline" "$folder"
fi
say "Sharing $folder (Ctrl+C ends it)"
exec "$build/bin/kite" share "$folder"
