"""A private desktop for tests: a real X server, window manager, tray, keyring, notification daemon and
accessibility bus, and the hands and eyes to use it. Everything is ended by process id.

    with Desktop(tray="sni") as desk:
        program = desk.start("kiteline")
        desk.click_tray()
        desk.click("Share a folder or file…")
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator"><property name="expand" type="bool" value="true"/></property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="icon-size" type="int" value="22"/>
      <property name="hide-new-items" type="bool" value="false"/>
    </property>
  </property>
</channel>
"""

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><keep_umask/>
  <listen>unix:path={run}/bus</listen><auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


def wait(seconds, test, what):
    """Polls test() until it gives something true."""
    end = time.monotonic() + seconds
    while True:
        got = test()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def output(*command, env=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    return done.stdout


def curl(url):
    """What the address answers; empty if it does not."""
    return output("curl", "-sS", "--max-time", "20", "--noproxy", "*", url)


class Desktop:
    """tray: 'sni' (StatusNotifierItem, xfce4-panel), 'xembed' (trayer) or 'none'."""

    def __init__(self, tray="sni", keyring=True, dark=False, scale=1, language="", size="1280x800"):
        self.tray, self.keyring, self.dark, self.scale, self.language, self.size = tray, keyring, dark, scale, language, size
        self.parts = []
        self.atspi_ready = False

    # ------------------------------------------------------------------ coming up and going down
    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kdesk-", dir="/tmp"))
        try:
            self._come_up()
        except BaseException:
            self._go_down()
            raise
        return self

    def __exit__(self, *_):
        self._go_down()

    def _come_up(self):
        self.home, self.run, services = self.folder / "home", self.folder / "run", self.folder / "services"
        for folder in (self.home, self.run, services, self.folder / "log", self.home / ".config", self.home / ".local/share"):
            folder.mkdir(mode=0o700, parents=True)
        self.env = {k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR") or k.startswith(("KITE_", "ASAN", "TSAN", "UBSAN", "LSAN"))}
        self.env.update(HOME=str(self.home), XDG_RUNTIME_DIR=str(self.run), XDG_CONFIG_HOME=str(self.home / ".config"),
                        XDG_DATA_HOME=str(self.home / ".local/share"), XDG_CACHE_HOME=str(self.home / ".cache"),
                        LANG="C.UTF-8", LC_CTYPE="C.UTF-8", QT_QPA_PLATFORM="xcb", GDK_BACKEND="x11",
                        QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
        if self.language:
            self.env.update(LANGUAGE=self.language, LANG=self.language + ".UTF-8")
        if self.scale != 1:
            self.env.update(QT_SCALE_FACTOR=str(self.scale), GDK_SCALE=str(int(self.scale)))
        if self.dark:
            self._darken()
        self._start_x()
        self._start_bus(services)
        self._part("openbox", "openbox", "--sm-disable")
        wait(10, lambda: "window id" in output("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", env=self.env), "window manager")
        if self.keyring:
            self._start_keyring()
        self._start_notifications()
        if self.tray != "none":
            self.start_tray(self.tray)

    def _darken(self):
        self.env.update(QT_QPA_PLATFORMTHEME="kde", KDE_SESSION_VERSION="5")
        groups = "".join(
            f"[Colors:{name}]\nBackgroundNormal={back}\nBackgroundAlternate=35,38,41\nForegroundNormal=252,252,252\n"
            "ForegroundInactive=161,169,177\nForegroundLink=29,153,243\nDecorationFocus=61,174,233\n\n"
            for name, back in {"Window": "42,46,50", "View": "27,30,32", "Button": "49,54,59", "Tooltip": "42,46,50",
                               "Selection": "61,174,233"}.items())
        (self.home / ".config/kdeglobals").write_text(groups + "[KDE]\nwidgetStyle=Fusion\n")

    def _part(self, name, *command, **options):
        log = open(self.folder / "log" / f"{name}.log", "ab")
        part = subprocess.Popen(command, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=log, stderr=log,
                                env=self.env, start_new_session=True, **options)
        log.close()
        self.parts.append((name, part))
        return part

    def _start_x(self):
        width, height = (int(int(n) * self.scale) for n in self.size.split("x"))
        reading, writing = os.pipe()
        self._part("x", "Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-dpi", "96",
                   "-nolisten", "tcp", "-noreset", pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start: " + (self.folder / "log/x.log").read_text()[-500:])
        self.env["DISPLAY"] = f":{number}"

    def _start_bus(self, services):
        # Only these may be started on demand: nothing brings up a keyring behind a test's back.
        for name in ("org.a11y.Bus", "org.xfce.Xfconf", "ca.desrt.dconf"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"/usr/share/dbus-1/services/{name}.service", services)
        (self.folder / "bus.conf").write_text(BUS.format(run=self.run, services=services))
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.run}/bus"
        self._part("bus", "dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile", "--nosyslog")
        wait(10, (self.run / "bus").exists, "session bus")
        address = wait(10, lambda: re.search(r"unix:\S+", self._dbus("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus.GetAddress")),
                       "accessibility bus")
        output("dbus-send", f"--bus={address[0]}", "--print-reply", "--dest=org.freedesktop.DBus", "/",
               "org.freedesktop.DBus.StartServiceByName", "string:org.a11y.atspi.Registry", "uint32:0", env=self.env)

    def _dbus(self, destination, path, method, *arguments):
        return output("dbus-send", "--session", "--print-reply=literal", f"--dest={destination}", path, method, *arguments, env=self.env)

    def _owned(self, name):
        return "true" in self._dbus("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", f"string:{name}")

    def _start_keyring(self):
        password = self.folder / "password"
        password.write_text("test")
        with password.open("rb") as given:
            self._part("keyring", "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets", stdin=given)
        wait(10, lambda: self._owned("org.freedesktop.secrets"), "keyring")
        wait(10, lambda: "login" in self._dbus("org.freedesktop.secrets", "/org/freedesktop/secrets",
             "org.freedesktop.Secret.Service.ReadAlias", "string:default"), "unlocked collection")

    def _start_notifications(self):
        self.notices = self.folder / "notices.tsv"
        self.notices.touch()
        script = self.folder / "note"
        script.write_text(f'#!/bin/sh\nprintf "%s\\t%s\\t%s\\n" "$DUNST_APP_NAME" "$DUNST_SUMMARY" "$DUNST_BODY" >>{self.notices}\n')
        script.chmod(0o755)
        rc = self.folder / "dunstrc"
        rc.write_text('[global]\n    origin = top-right\n    font = DejaVu Sans 10\n    idle_threshold = 0\n'
                      f'[everything]\n    summary = "*"\n    script = {script}\n')
        self._part("dunst", "dunst", "-conf", str(rc))
        wait(10, lambda: self._owned("org.freedesktop.Notifications"), "notification daemon")

    def start_tray(self, kind):
        if kind == "sni":
            settings = self.home / ".config/xfce4/xfconf/xfce-perchannel-xml"
            settings.mkdir(parents=True, exist_ok=True)
            (settings / "xfce4-panel.xml").write_text(PANEL)
            self._part("xfce4-panel", "xfce4-panel", "--disable-wm-check", "--sm-client-disable")
            wait(20, lambda: "true" in self._dbus("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher",
                 "org.freedesktop.DBus.Properties.Get", "string:org.kde.StatusNotifierWatcher",
                 "string:IsStatusNotifierHostRegistered"), "StatusNotifierItem host")
        else:
            self._part("trayer", "trayer", *"--edge bottom --align right --widthtype request --height 32 --SetDockType true "
                       "--SetPartialStrut true --expand true".split())
            wait(10, lambda: '"panel": ("panel" "trayer")' in output("xwininfo", "-root", "-tree", env=self.env), "XEmbed tray")
        self.tray = kind

    def _go_down(self):
        for name, part in reversed(self.parts):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGTERM)
            try:
                part.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(part.pid, signal.SIGKILL)
                part.wait()
        self._end_strays()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_strays(self):
        """What the bus started on demand knows our runtime folder."""
        mark = f"XDG_RUNTIME_DIR={self.run}".encode()
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)

    # ------------------------------------------------------------------ programs
    def start(self, *command, env=None):
        log = open(self.folder / "log" / "program.log", "ab")
        program = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**self.env, **(env or {})}, start_new_session=True)
        log.close()
        self.parts.append((str(command[0]), program))
        return program

    def program_log(self):
        return (self.folder / "log" / "program.log").read_text(errors="replace")

    def clipboard(self):
        return output("timeout", "2", "xclip", "-selection", "clipboard", "-o", env=self.env)

    def secret(self, *attributes):
        return output("secret-tool", "lookup", *attributes, env=self.env)

    def notified(self, text, seconds=15):
        return wait(seconds, lambda: next((n for n in self.notices.read_text().splitlines() if text in n), None), f"notice '{text}'")

    def close_notices(self):
        """They lie on top of what one wants to click."""
        output("dunstctl", "close-all", env=self.env)
        wait(10, lambda: output("dunstctl", "count", "displayed", env=self.env).strip() == "0", "closed notices")

    # ------------------------------------------------------------------ eyes
    def shot(self, path, title=None):
        window = self.window(title) if title else "root"
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", window, str(path)], env=self.env, check=True)

    def windows(self, title):
        return output("xdotool", "search", "--onlyvisible", "--name", title, env=self.env).split()

    def window(self, title, seconds=20):
        return wait(seconds, lambda: self.windows(title), f"window '{title}'")[-1]

    def _atspi(self):
        if not self.atspi_ready:  # the library reads the environment once
            os.environ.update({k: self.env[k] for k in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME")})
            self.atspi_ready = True
        import pyatspi
        return pyatspi

    def _walk(self, node, depth=0):
        yield node
        if depth > 40:
            return
        with contextlib.suppress(Exception):  # elements go away while one looks
            for n in range(node.childCount):
                child = node.getChildAtIndex(n)
                if child is not None:
                    yield from self._walk(child, depth + 1)

    def elements(self, app="kiteline"):
        for program in self._atspi().Registry.getDesktop(0):
            if program is not None and program.name.lower() == app:
                yield from self._walk(program)

    def find(self, name, role=None, seconds=20, app="kiteline"):
        """The showing element with that accessible name."""
        showing = self._atspi().STATE_SHOWING

        def look():
            for node in self.elements(app):
                with contextlib.suppress(Exception):
                    if node.name == name and (role is None or node.getRoleName() == role) and node.getState().contains(showing):
                        box = node.queryComponent().getExtents(0)
                        if box.width > 0:
                            return node
            return None
        try:
            return wait(seconds, look, f"element '{name}' {role or ''}")
        except AssertionError as late:
            seen = sorted({f"{n.getRoleName()}: {n.name}" for n in self.elements(app) if n.name})
            raise AssertionError(f"{late}; there is: {seen}\n{self.program_log()[-2000:]}") from None

    def texts(self, app="kiteline"):
        """Names of all elements that show."""
        showing, found = self._atspi().STATE_SHOWING, []
        for node in self.elements(app):
            with contextlib.suppress(Exception):
                if node.name and node.getState().contains(showing):
                    found.append(node.name)
        return found

    # ------------------------------------------------------------------ hands
    def xdo(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.env, check=True)

    def click_at(self, x, y, button=1):
        self.xdo("mousemove", x, y)
        time.sleep(0.15)  # the target has to see the pointer come in first
        self.xdo("click", button)

    def click(self, name, role=None, app="kiteline", seconds=20):
        box = self.find(name, role, seconds, app).queryComponent().getExtents(0)
        self.click_at(box.x + box.width // 2, box.y + box.height // 2)

    def type(self, text):
        self.xdo("type", "--delay", 12, text)

    def key(self, *keys):
        self.xdo("key", *keys)

    def tray_icons(self):
        """Centres of the icons in the tray, from the left."""
        windows = output("xwininfo", "-root", "-tree", env=self.env)
        shape = r"(\d+)x(\d+)\+-?\d+\+-?\d+ +\+(-?\d+)\+(-?\d+)"
        if self.tray == "xembed":
            block = re.search(r'( +)0x\w+ "panel": \("panel" "trayer"\)[^\n]*\n((?:\1 +[^\n]*\n)*)', windows)
            boxes = [tuple(map(int, m)) for m in re.findall(shape, block[2] if block else "")]
            return sorted({(x + w // 2, y + h // 2) for w, h, x, y in boxes if w > 8 and h > 8})
        bars = [tuple(map(int, m)) for m in re.findall(r'"xfce4-panel": \("xfce4-panel" "Xfce4-panel"\) +' + shape, windows)]
        bars = [bar for bar in bars if bar[0] > 200]
        items = re.findall(r"(?:^|\s):[^\s]+", self._dbus(
            "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties.Get",
            "string:org.kde.StatusNotifierWatcher", "string:RegisteredStatusNotifierItems"))
        if not bars or not items:
            return []
        w, h, x, y = max(bars)
        cell = h - h % (8 * int(self.scale))  # square cells at the end of the panel
        return sorted((x + w - cell * n - cell // 2, y + h - cell // 2) for n in range(len(items)))

    def click_tray(self, button=1):
        seen = []

        def steady():
            seen.append(self.tray_icons())
            return len(seen) > 5 and seen[-1] and seen[-1] == seen[-6]
        wait(20, steady, "a tray icon that stays where it is")
        self.click_at(*seen[-1][0], button)

    def menus(self):
        """Windows of open menus: of the tray host (sni) or of the program (xembed)."""
        seen = []
        for number in re.findall(r'^ *(0x\w+) .*\("(?:kiteline|wrapper-2.0)"', output("xwininfo", "-root", "-tree", env=self.env), re.M):
            about = output("xwininfo", "-id", number, env=self.env)
            if "IsViewable" in about and "Override Redirect State: yes" in about \
                    and int(re.search(r"Height: (\d+)", about)[1]) > 60:
                seen.append(number)
        return seen


def main(module):
    """Runs each test in a process of its own: the accessibility library knows one desktop for life."""
    if len(sys.argv) > 1:
        unittest.main(module, verbosity=2)
    failed = []
    for case in unittest.defaultTestLoader.loadTestsFromModule(module):
        for test in case:
            name = test.id().split(".", 1)[1]
            if subprocess.run([sys.executable, "-W", "ignore", sys.argv[0], name]).returncode != 0:
                failed.append(name)
    print("failed: " + ", ".join(failed) if failed else "all passed")
    sys.exit(bool(failed))
