"""kite as a service: of the older kind (--daemonize, --pidfile, --runas), and as the unit for systemd runs it."""
import configparser
import contextlib
import hashlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import ssl
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


class OtherUser(RelayOperation):
    """--runas, and files that only root reads. For who is not root: files that nobody reads any more once kite runs."""

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.port, self.private = harness.free_port(), self.folder / "private"
        self.private.mkdir()
        self.is_root = os.geteuid() == 0
        self.user = pwd.getpwnam("nobody") if self.is_root else pwd.getpwuid(os.geteuid())
        self.addCleanup(self.private.chmod, 0o755)

    def write(self, path, *lines, mode=0o600):
        path.write_text("\n".join(lines) + "\n")
        path.chmod(mode)
        return path

    def start_relay(self, *words):
        relay = self.kite("relay", "--host=127.0.0.1", f"--runas={self.user.pw_name}", *words, "--json")
        relay.wait_event("listening", port=self.port)
        wait_for("another user", lambda: f"Uid:\t{self.user.pw_uid}" in pathlib.Path(f"/proc/{relay.pid}/status").read_text())
        return relay

    def lock(self, *files, folder_mode=0o755):
        """Whoever runs kite now cannot read these."""
        for file in files if not self.is_root else ():
            file.chmod(0)
        self.private.chmod(folder_mode if self.is_root or folder_mode == 0o755 else 0)

    def told(self, relay, file, what):
        return [line for line in relay.error_lines if f"{file}: " in line and f"(read as {self.user.pw_name}); {what} stays" in line]

    def shown(self, name, port=None):
        """The fingerprint of the certificate for that name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", port or self.port), 30) as plain, \
                context.wrap_socket(plain, server_hostname=name) as visitor:
            return hashlib.sha256(visitor.getpeercert(binary_form=True)).hexdigest()

    def hang_up_keeps_what_it_cannot_read(self, folder_mode):
        self.private.chmod(0o755)
        second, server = harness.free_port(), self.origin()
        made, fingerprint = self.certificate("relay.kite.test")
        pem = self.private / "relay.pem"
        shutil.copy(made, pem)
        pem.chmod(0o600)
        rc = self.write(self.private / "relay.rc", f"ports = {self.port}", f"tls_endpoint = relay.kite.test:{pem}",
                        "domain = *:a.kite.test:s3cret")
        accounts = self.write(self.private / "accounts", "*:b.kite.test:s3cret")
        readable = self.write(self.folder / "readable.rc", "hold = 1", mode=0o644)
        relay = self.start_relay(f"--optfile={rc}", f"--optfile={readable}", f"--accounts={accounts}")
        kites = [self.connector(self.port, server, name=name) for name in ("a.kite.test", "b.kite.test")]
        for kite in kites:
            kite.wait_event("flying")
        secret_files = (rc, accounts, pem)
        self.lock(*secret_files, folder_mode=folder_mode)
        if self.is_root:
            for file in secret_files:
                wait_for(f"{file} is told", lambda file=file: self.told(relay, file, "what it says now"))
            self.assertEqual(self.told(relay, readable, "what it says now"), [])

        self.write(readable, f"ports = {second},{self.port}", mode=0o644)
        relay.child.send_signal(signal.SIGHUP)
        relay.wait_event("listening", port=second)
        for file in secret_files:
            wait_for(f"{file} is told", lambda file=file: self.told(relay, file, "what it said before"))
            self.assertLessEqual(len(self.told(relay, file, "what it said before")), 2)  # the locked folder is news, too
            self.assertLessEqual(len(self.told(relay, file, "what it says now")), 1)
        self.assertEqual([line for line in relay.error_lines if "as they were" in line], [])
        self.assertNotIn("s3cret", "".join(relay.error_lines))
        for kite in kites:
            self.assertEqual(kite.events("down"), [])
            kite.stop()
        for name in ("a.kite.test", "b.kite.test"):  # of the file and of the accounts
            self.connector(second, server, name=name).wait_event("flying")
        self.assertEqual(self.shown("relay.kite.test", second), fingerprint)
        relay.stop()

    def test_a_hang_up_keeps_what_it_cannot_read(self):
        self.hang_up_keeps_what_it_cannot_read(0o755)

    def test_a_hang_up_keeps_what_it_cannot_even_look_for(self):
        self.hang_up_keeps_what_it_cannot_read(0o700)

    def test_renewed_certificates(self):
        pems = {}
        for name in ("closed.kite.test", "open.kite.test"):
            made, _ = self.certificate(name)
            pems[name] = self.private / f"{name}.pem"
            shutil.copy(made, pems[name])
        pems["closed.kite.test"].chmod(0o600)
        shutil.chown(pems["open.kite.test"], self.user.pw_uid)
        relay = self.start_relay(f"--ports={self.port}", f"--accounts={self.folder}/accounts",
                                 *(f"--tls_endpoint={name}:{pem}" for name, pem in pems.items()))
        before = {name: self.shown(name) for name in pems}
        renewed = {}
        for name, pem in pems.items():
            made, renewed[name] = self.certificate(name)
            pem.write_text(pathlib.Path(made).read_text())  # the same file, so with the same owner
            if name == "closed.kite.test":
                self.lock(pem)
        wait_for("the one that it can read is used", lambda: self.shown("open.kite.test") == renewed["open.kite.test"])
        wait_for("the other one is told", lambda: self.told(relay, pems["closed.kite.test"], "what it said before"))
        self.assertEqual(self.shown("closed.kite.test"), before["closed.kite.test"])

    def test_invitations(self):
        accounts, server = self.folder / "kiteline/accounts", self.origin()
        relay = self.start_relay(f"--ports={self.port}", "--public=localhost", f"--accounts={accounts}")
        code, link, error = self.run_kite("relay", "invite", "a.kite.test", f"--accounts={accounts}")
        self.assertEqual(code, 0, error)
        self.join(link, server)
        self.assertTrue(self.served_by(self.port, server))
        self.assertEqual(relay.error_lines, [])  # what was made is its own
        for file in (accounts, accounts.parent / "relay.pem"):
            self.assertEqual((file.stat().st_uid, file.stat().st_mode & 0o777), (self.user.pw_uid, 0o600))
        relay.child.send_signal(signal.SIGHUP)
        code, link, error = self.run_kite("relay", "invite", "b.kite.test", f"--accounts={accounts}")
        self.assertEqual(code, 0, error)
        self.join(link, server)
        self.assertEqual(relay.error_lines, [])


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
        self.folder.chmod(0o755)
        server, relay = self.origin(), self.inside("runas = nobody", f"logfile = {self.folder}/kite.log")
        nobody = pwd.getpwnam("nobody").pw_uid
        wait_for("another user", lambda: f"Uid:\t{nobody}" in pathlib.Path(f"/proc/{relay.pid}/status").read_text())
        self.assertEqual((self.folder / "kite.log").stat().st_uid, nobody)
        self.join(self.invite(relay, "a.kite.test"), server)
        self.assertTrue(self.served_by(self.port, server))


harness.main()
