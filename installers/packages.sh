# Installs Debian packages that are missing; quiet and fast when nothing is. Sourced by
# quickstart.sh and tests/run.sh, which set `say`.

# What it takes to build and run kite and kiteline.
build_packages="g++ cmake ninja-build ccache pkg-config qt6-base-dev qt6-tools-dev qt6-l10n-tools
qt6-translations-l10n qt6-svg-dev libssl-dev zlib1g-dev libqrencode-dev qtkeychain-qt6-dev
libsecret-1-0"

# What the tests take besides: the counterpart, a browser, and a desktop without a screen.
test_packages="python3 curl openssl pagekite iproute2 nftables procps clang-format
chromium xvfb x11-utils xdotool xclip openbox dbus-daemon dbus-bin xfce4-panel xfconf trayer
gnome-keyring gcr libsecret-tools dunst imagemagick at-spi2-core python3-pyatspi python3-gi
gir1.2-gtk-3.0 libglib2.0-bin adwaita-icon-theme fonts-dejavu-core"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        say "This needs root: run it as root, or install sudo. Wanted: $*"
        return 1
    fi
}

missing_packages() {
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
        ?i*) ;;
        *) echo "$package" ;;
        esac
    done
}

install_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "No dpkg here: install these yourself, under your system's names: $*"
        return 0
    fi
    wanted=$(missing_packages "$@")
    [ -n "$wanted" ] || return 0
    say "Installing $(echo "$wanted" | wc -w) packages:" $wanted
    log=$(mktemp)
    # Lists may be absent or stale on a fresh machine; a second try covers a server that hiccups.
    for try in 1 2 3; do
        if { as_root apt-get -qq update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
                -o DPkg::Lock::Timeout=300 install $wanted; } >"$log" 2>&1; then
            rm -f "$log"
            return 0
        fi
        [ "$try" -lt 3 ] && sleep 5
    done
    cat "$log" >&2
    rm -f "$log"
    say "The packages could not be installed; see above."
    return 1
}
