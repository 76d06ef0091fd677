"""kite as a service: of the older kind (--daemonize, --pidfile, --runas), and as the unit for systemd runs it."""
import configparser
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess

import harness
from harness import KITE, EndToEnd, wait_for
from relays import RelayOperation


def is_there(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


class Service(EndToEnd):
    def setUp(self):
        super().setUp()
        self.port = harness.free_port()
        self.pid_file, self.log = self.folder / "kite.pid", self.folder / "kite.log"
        self.relay = ["--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={self.port}",
                      "--domain=http:a.test:s3cret", f"--pidfile={self.pid_file}", f"--logfile={self.log}"]

    def started_as_daemon(self, *words):
        """Runs kite until its terminal is its own again; the daemon ends with the test."""
        ran = subprocess.run([KITE, *words], capture_output=True, text=True, timeout=harness.PATIENCE,
                             stdin=subprocess.DEVNULL, env={**os.environ, "HOME": str(self.home)})
        pid = int(self.pid_file.read_text()) if self.pid_file.exists() else None
        if pid:
            self.addCleanup(self.end, pid)
        return ran, pid

    @staticmethod
    def end(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        wait_for("the daemon's end", lambda: not is_there(pid))

    def test_daemon(self):
        ran, pid = self.started_as_daemon(*self.relay, "--daemonize")  # also waits for the ends of its pipes
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("The relay listens", ran.stdout)
        self.assertNotIn(pid, (None, os.getpid()))
        self.assertTrue(harness.answers(self.port))  # at once: nobody has to wait for it
        self.assertEqual(os.getsid(pid), pid)
        self.assertEqual({os.readlink(f"/proc/{pid}/fd/{n}") for n in range(3)}, {"/dev/null"})
        self.log.rename(self.folder / "kite.log.1")
        os.kill(pid, signal.SIGHUP)
        wait_for("a new log", self.log.exists)
        self.end(pid)
        self.assertFalse(self.pid_file.exists())

    def test_failure_reaches_the_terminal(self):
        with socket.create_server(("127.0.0.1", self.port)):
            ran, pid = self.started_as_daemon(*self.relay, "-Z")
        self.assertEqual(ran.returncode, 4)
        self.assertIn("cannot listen", ran.stderr)
        self.assertIsNone(pid)
        ran, pid = self.started_as_daemon(*self.relay, "-Z", "--pidfile=/nowhere/kite.pid")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("/nowhere/kite.pid", ran.stderr)
        self.assertFalse(harness.answers(self.port))
        ran, pid = self.started_as_daemon(*self.relay, "-Z", "--runas=nobody-of-this-name")
        self.assertEqual((ran.returncode, pid), (2, None))
        self.assertIn("nobody-of-this-name", ran.stderr)

    def test_pid_file_goes_with_the_program(self):
        process = self.kite(*self.relay)
        wait_for("the pid file", self.pid_file.exists)
        self.assertEqual(int(self.pid_file.read_text()), process.pid)
        process.stop()
        self.assertFalse(self.pid_file.exists())

    def test_other_user(self):
        if os.geteuid() != 0:
            code, _, error = self.run_kite(*self.relay, "--runas=root")
            self.assertEqual(code, 1)
            self.assertIn("Only root", error)
            return
        nobody = pwd.getpwnam("nobody")
        process = self.kite(*self.relay, "--runas=nobody", "--workers=3")
        wait_for("the log is nobody's", lambda: self.log.exists() and self.log.stat().st_uid == nobody.pw_uid)
        status = f"/proc/{process.pid}/status"
        wait_for("another user", lambda: f"Uid:\t{nobody.pw_uid}" in pathlib.Path(status).read_text())
        for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():  # each thread, all four ids
            lines = dict(line.split(":", 1) for line in (task / "status").read_text().splitlines())
            self.assertEqual(lines["Uid"].split(), [str(nobody.pw_uid)] * 4)
            self.assertEqual(lines["Gid"].split(), [str(nobody.pw_gid)] * 4)
            self.assertEqual(lines["Groups"].split(), [str(nobody.pw_gid)])
        self.assertTrue(harness.answers(self.port))


class Unit(RelayOperation):
    """The unit for systemd. Root runs kite inside the walls that it asks for; others can only read it."""

    def setUp(self):
        super().setUp()
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(pathlib.Path(__file__).parents[2] / "installers/kite-relay.service.in")
        self.service = unit["Service"]
        self.port = harness.free_port()

    def test_says_what_its_features_need(self):
        program, *words = self.service["ExecStart"].split()
        self.assertEqual(words, ["relay", "--clean", "--optfile=/etc/kiteline/relay.rc"])
        self.assertIn("/etc/kiteline", self.writable())
        self.assertEqual(self.service["ConfigurationDirectory"], "kiteline")
        needed = {"NET_BIND_SERVICE", "DAC_OVERRIDE", "CHOWN", "SETUID", "SETGID"}
        self.assertEqual(needed - {word.removeprefix("CAP_") for word in self.service["CapabilityBoundingSet"].split()}, set())

    def writable(self):
        return [path.removeprefix("-") for path in self.service["ReadWritePaths"].split()]

    @staticmethod
    def builds_walls():
        return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0

    def inside(self, *rc):
        """Runs the unit's command with an /etc of its own: read-only but for what the unit says, with no more rights
        than the unit gives."""
        etc = self.folder / "etc"
        (etc / "kiteline").mkdir(parents=True)
        (etc / "kiteline/relay.rc").write_text("\n".join(("host = 127.0.0.1", "public = localhost", f"ports = {self.port}", *rc)) + "\n")
        for name in ("passwd", "group", "nsswitch.conf", "hosts", "ld.so.cache", "machine-id"):
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", etc)
        assert self.service["ProtectSystem"] == "full"
        rights = ",".join("+" + right.removeprefix("CAP_").lower() for right in self.service["CapabilityBoundingSet"].split())
        walls = (f'mount --bind "{etc}" /etc; for path in {" ".join(self.writable())}; do mount --bind $path $path; done; mount -o remount,bind,ro /etc; '
                 f'exec setpriv --no-new-privs --bounding-set=-all,{rights} "$@"')
        words = self.service["ExecStart"].split()[1:]
        relay = self.start("unshare", "--mount", "sh", "-ec", walls, "sh", KITE, *words, "--json")
        relay.wait_event("listening", port=self.port)
        return relay

    def invite(self, relay, name):
        """As root does it in a shell, which sees the same files."""
        ended = subprocess.run(["nsenter", f"--mount=/proc/{relay.pid}/ns/mnt", KITE, "relay", "invite", name], capture_output=True,
                               text=True, timeout=harness.PATIENCE, env={**os.environ, "HOME": str(self.home)})
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout.strip()

    def test_first_start_and_invitations(self):
        if not self.builds_walls():
            return
        server, relay = self.origin(), self.inside()
        self.assertEqual(relay.error_lines, [])
        link = self.invite(relay, "a.kite.test")
        self.assertTrue(link.startswith(f"kite://localhost:{self.port}/a.kite.test?pin="), link)
        self.assertTrue(self.join(link, server).events("flying")[0]["tls"])
        self.assertTrue(self.served_by(self.port, server))

    def test_another_user(self):
        if not self.builds_walls():
            return
        relay = self.inside("runas = nobody", f"logfile = {self.folder}/kite.log")
        nobody = pwd.getpwnam("nobody").pw_uid
        wait_for("another user", lambda: f"Uid:\t{nobody}" in pathlib.Path(f"/proc/{relay.pid}/status").read_text())
        self.assertEqual((self.folder / "kite.log").stat().st_uid, nobody)


harness.main()
