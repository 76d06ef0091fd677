"""What whoever runs a relay counts on: who may take a kite over, and what happens when programs come and go."""
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import harness
from harness import free_port, wait_for
from relays import RelayOperation


class Takeover(RelayOperation):
    def test_a_frozen_connector_makes_room_at_once(self):
        old, new = self.origin(), self.origin()
        port = self.relay().port
        frozen = self.connector(port, old)
        frozen.wait_event("flying")
        self.freeze(frozen)
        begun = time.monotonic()
        self.connector(port, new).wait_event("flying")
        print(f"flying {time.monotonic() - begun:.1f} s after the dial, beside a frozen link")
        self.assertTrue(self.served_by(port, new))

        frozen.child.send_signal(signal.SIGCONT)
        frozen.wait_event("down", reason="name-taken")
        self.assertTrue(self.served_by(port, new))

    def test_two_living_connectors_do_not_throw_each_other_out(self):
        first, second = self.origin(), self.origin()
        port = self.relay().port
        holder = self.connector(port, first)
        holder.wait_event("flying")
        self.connector(port, second).wait_event("down", reason="name-taken")
        self.assertTrue(self.served_by(port, first))
        self.assertEqual(holder.events("down"), [])


class Holding(RelayOperation):
    def visitor(self, port, host="a.kite.test"):
        """Asks in a thread; the answer comes by join()."""
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self.curl(f"http://127.0.0.1:{port}/", host=host)))
        asking.start()
        self.addCleanup(asking.join)

        def join():
            asking.join()
            return answers[0]
        return join

    def test_visitors_wait_for_a_connector_that_is_started_again(self):
        server = self.origin()
        port = self.relay().port
        first = self.connector(port, server)
        first.wait_event("flying")
        first.kill()
        answers = [self.visitor(port) for _ in range(5)]
        self.connector(port, server).wait_event("flying")
        for answer in answers:
            _, status, body = answer()
            self.assertEqual(status, 200)
            self.assertIn(b"hello from", body)

    def test_visitors_of_a_relay_that_is_started_again_wait_for_its_kites(self):
        server, port = self.origin(), free_port()
        relay = self.relay(ports=port)
        kite = self.connector(port, server)
        kite.wait_event("flying")
        relay.kill()
        self.relay(ports=port)
        answer = self.visitor(port)
        self.assertEqual(answer()[1], 200)

    def test_not_at_all_where_the_operator_says_so(self):
        server = self.origin()
        port = self.relay("--hold=0").port
        kite = self.connector(port, server)
        kite.wait_event("flying")
        kite.kill()
        self.wait_kite(port, "a.kite.test", status=503, seconds=8)


class Draining(RelayOperation):
    def slow_download(self, port):
        visitor = socket.create_connection(("127.0.0.1", port), 60)
        self.addCleanup(visitor.close)
        visitor.sendall(b"GET /bytes/30000000 HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n")
        return visitor, visitor.recv(1 << 16)

    def test_downloads_end_whole_and_the_kite_is_back_at_once(self):
        server, port = self.origin(), free_port()
        relay = self.relay("--drain=60", ports=port)
        kite = self.connector(port, server)
        kite.wait_event("flying")
        visitor, got = self.slow_download(port)
        relay.child.terminate()
        wait_for("the old relay stops listening", lambda: not harness.answers(port))
        self.relay(ports=port)  # the next one, while the old one still serves
        self.wait_kite(port, "a.kite.test")
        self.assertIsNone(relay.child.poll())
        while part := visitor.recv(1 << 20):
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        self.assertEqual(hashlib.sha256(body).hexdigest(), server.sha256_of(30_000_000))
        visitor.close()
        self.assertEqual(relay.wait(), 0)
        self.assertIn(b"hello", self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")[2])

    def test_ends_at_once_without_visitors(self):
        relay = self.relay()
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        begun = time.monotonic()
        relay.child.terminate()
        self.assertEqual(relay.wait(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def test_not_longer_than_said(self):
        relay = self.relay("--drain=1")
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        self.slow_download(relay.port)
        relay.child.terminate()
        self.assertEqual(relay.wait(20), 0)

    def test_a_second_signal_ends_it(self):
        relay = self.relay("--drain=3600")
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        self.slow_download(relay.port)
        relay.child.terminate()
        wait_for("it stops listening", lambda: not harness.answers(relay.port))
        self.assertIsNone(relay.child.poll())
        relay.child.terminate()
        self.assertEqual(relay.wait(), 128 + signal.SIGTERM)


class Reloading(RelayOperation):
    def setUp(self):
        super().setUp()
        self.rc = self.folder / "relay.rc"

    def say(self, *lines):
        self.rc.write_text("\n".join(lines) + "\n")
        self.rc.chmod(0o600)

    def start_relay(self, *lines):
        self.say("isfrontend", "host = 127.0.0.1", *lines)
        relay = self.kite("--clean", f"--optfile={self.rc}", "--json")
        relay.wait_event("listening")
        return relay

    def test_a_hang_up_changes_accounts_and_ports_under_a_download(self):
        port, second, server = free_port(), free_port(), self.origin()
        relay = self.start_relay(f"ports = {port}", "domain = *:a.kite.test:s3cret")
        kite = self.connector(port, server)
        kite.wait_event("flying")
        with socket.create_connection(("127.0.0.1", port), 60) as visitor:
            visitor.sendall(b"GET /bytes/30000000 HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n")
            got = visitor.recv(1 << 16)
            self.say("isfrontend", "host = 127.0.0.1", f"ports = {port},{second}",
                     "domain = *:a.kite.test:s3cret", "domain = *:b.kite.test:s3cret")
            relay.child.send_signal(signal.SIGHUP)
            relay.wait_event("listening", port=second)
            self.connector(second, server, name="b.kite.test").wait_event("flying")
            while part := visitor.recv(1 << 20):
                got += part
        self.assertEqual(hashlib.sha256(got.partition(b"\r\n\r\n")[2]).hexdigest(), server.sha256_of(30_000_000))
        self.assertEqual(kite.events("down"), [])

        self.say("isfrontend", "host = 127.0.0.1", f"ports = {second}", "domain = *:b.kite.test:s3cret")
        relay.child.send_signal(signal.SIGHUP)
        kite.wait_event("down")
        wait_for("the first port is closed", lambda: not harness.answers(port))
        self.assertTrue(self.served_by(second, server, "b.kite.test"))

    def test_bad_settings_change_nothing_and_are_told(self):
        port, server = free_port(), self.origin()
        relay = self.start_relay(f"ports = {port}", "domain = *:a.kite.test:s3cret")
        self.connector(port, server).wait_event("flying")
        for bad in ("ports = many", "no_such_option", f"tls_endpoint = r.test:{self.folder}/missing.pem"):
            told = len(relay.error_lines)
            self.say("isfrontend", "host = 127.0.0.1", f"ports = {port}", bad)
            relay.child.send_signal(signal.SIGHUP)
            wait_for("it is told", lambda: any("stay as they were" in line for line in relay.error_lines[told:]))
            self.assertTrue(self.served_by(port, server))

    def test_a_renewed_certificate_is_used(self):
        port = free_port()
        pem, _ = self.certificate("relay.kite.test")
        relay = self.start_relay(f"ports = {port}", f"tls_endpoint = relay.kite.test:{pem}",
                                 "tls_default = relay.kite.test")

        def shown():
            der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))
            return hashlib.sha256(der).hexdigest()
        first = shown()
        with open(pem, "w") as broken:
            broken.write("not a certificate\n")
        wait_for("it is told", lambda: any("what it said before stays" in line for line in relay.error_lines))
        self.assertEqual(shown(), first)
        _, second = self.certificate("relay.kite.test")
        wait_for("the new one is shown", lambda: shown() == second)


class Invitations(RelayOperation):
    def operator(self, *words):
        code, out, err = self.run_kite("relay", *words)
        self.assertEqual(code, 0, err)
        return out.strip()

    def test_from_invitation_to_revocation(self):
        port, server = free_port(), self.origin()
        accounts = self.folder / "accounts"
        where = (f"--ports={port}", "--host=127.0.0.1", "--public=127.0.0.1", f"--accounts={accounts}")
        link = self.operator("invite", "a.kite.test", *where)
        self.assertEqual((self.folder / "relay.pem").stat().st_mode & 0o777, 0o600)
        self.assertRegex(link, rf"^kite://127\.0\.0\.1:{port}/a\.kite\.test\?pin=[0-9a-f]{{64}}#[0-9a-f]{{40}}$")
        self.assertEqual(accounts.stat().st_mode & 0o777, 0o600)

        relay = self.kite("relay", *where, "--json")
        relay.wait_event("listening")
        kite = self.kite("join", link, str(server.port), "--clean", "--json")
        self.assertTrue(kite.wait_event("flying")["tls"])
        self.assertTrue(self.served_by(port, server))
        secret = link.partition("#")[2]
        self.assertNotIn(secret, pathlib.Path(f"/proc/{kite.pid}/cmdline").read_text())

        second = self.operator("invite", "b.kite.test", *where)  # while it runs
        self.assertEqual(self.operator("list", *where).split(), ["a.kite.test", "*", "b.kite.test", "*"])
        self.join(second, server)
        self.operator("revoke", "a.kite.test", *where)
        kite.wait_event("down")
        self.assertTrue(self.served_by(port, server, "b.kite.test"))
        self.assertNotIn("a.kite.test", self.operator("list", *where))

    def test_invitations_are_good_at_once(self):
        port, server = free_port(), self.origin()
        where = (f"--ports={port}", "--host=127.0.0.1", "--public=127.0.0.1", f"--accounts={self.folder / 'accounts'}")
        relay = self.kite("relay", *where, "--json")
        relay.wait_event("listening")
        for name in ("a.kite.test", "b.kite.test", "c.kite.test", "d.kite.test"):
            kite = self.kite("join", self.operator("invite", name, *where), str(server.port), "--clean", "--json")
            kite.wait_event("flying")
        self.assertTrue(self.served_by(port, server))

    def ordinary_user(self):
        """Words in front of a command that make whoever runs the tests somebody who is not root, with files of their own."""
        if os.geteuid() != 0:
            return [harness.KITE]
        kite = self.folder / "kite"
        shutil.copy(harness.KITE, kite)
        self.folder.chmod(0o755)
        shutil.chown(self.home, 65534, 65534)
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(kite)]

    def join_and_fly(self, link, port):
        server = self.origin()
        self.assertTrue(self.join(link, server).events("flying")[0]["tls"])
        self.assertTrue(self.served_by(port, server, link.partition("?")[0].rpartition("/")[2]))

    def test_the_two_lines_of_the_readme(self):
        kite = self.ordinary_user()

        def invite(name):
            ended = subprocess.run([*kite, "relay", "invite", name], capture_output=True, text=True, timeout=harness.PATIENCE,
                                   env={**os.environ, "HOME": str(self.home)})
            return ended.returncode, ended.stdout.strip(), ended.stderr
        code, link, error = invite("demo.kite.test")
        self.assertEqual((code, link), (2, ""))  # nobody knows yet how it is reached
        self.assertIn("--public", error)

        first, second = free_port(), free_port()
        relay = self.start(*kite, "relay", "--public=localhost", f"--ports={first},{second}", "--json")
        relay.wait_event("listening", port=second)
        code, link, error = invite("demo.kite.test")
        self.assertEqual(code, 0, error)
        self.assertRegex(link, rf"^kite://localhost:{first}/demo\.kite\.test\?pin=[0-9a-f]{{64}}#[0-9a-f]{{40}}$")
        self.join_and_fly(link, first)

        # ... and where the options stand in a file, as those of the service do
        relay.stop()
        pem, fingerprint = self.certificate("localhost")
        rc = self.folder / "relay.rc"
        rc.write_text(f"public = localhost:{second}\nports = {second}\ntls_endpoint = localhost:{pem}\n")
        for file in (rc, pathlib.Path(pem)):
            file.chmod(0o644)
        self.start(*kite, "relay", "--clean", f"--optfile={rc}", "--json").wait_event("listening", port=second)
        code, link, error = invite("other.kite.test")
        self.assertEqual(code, 0, error)
        self.assertTrue(link.startswith(f"kite://localhost:{second}/other.kite.test?pin={fingerprint}#"), link)
        self.join_and_fly(link, second)
        kept = self.home / ".config/kiteline/accounts.relay"
        self.assertEqual(kept.stat().st_mode & 0o022, 0)
        self.assertNotIn(link.rpartition("#")[2], kept.read_text())

    def test_an_invitation_makes_the_certificate_that_the_relay_could_not(self):
        port, folder, server = free_port(), self.folder / "kiteline", self.origin()
        folder.write_text("in the way\n")
        where = (f"--ports={port}", "--host=127.0.0.1", "--public=127.0.0.1", f"--accounts={folder}/accounts")
        relay = self.kite("relay", *where, "--json")
        relay.wait_event("listening")
        self.assertTrue(any("There is no TLS" in line for line in relay.error_lines), relay.said())
        folder.unlink()
        link = self.operator("invite", "a.kite.test", *where)

        self.assertTrue(self.join(link, server).events("flying")[0]["tls"])
        self.assertTrue(self.served_by(port, server))

    def test_a_reload_tells_how_the_relay_is_reached_now(self):
        port, accounts, rc = free_port(), self.folder / "accounts", self.folder / "relay.rc"
        rc.write_text(f"host = 127.0.0.1\nports = {port}\n")
        relay = self.kite("relay", f"--optfile={rc}", f"--accounts={accounts}", "--json")
        relay.wait_event("listening")
        code, _, error = self.run_kite("relay", "invite", "a.kite.test", f"--accounts={accounts}")
        self.assertEqual(code, 2)
        self.assertIn("--public", error)
        rc.write_text(rc.read_text() + "public = 127.0.0.1\n")
        relay.child.send_signal(signal.SIGHUP)

        def invited():
            code, link, _ = self.run_kite("relay", "invite", "a.kite.test", f"--accounts={accounts}")
            return link if code == 0 else None
        self.join_and_fly(wait_for("it knows its address", invited), port)

    def test_kept_for_later(self):
        server, port = self.origin(), free_port()
        pem, _ = self.certificate("relay.kite.test")
        where = (f"--ports={port}", "--host=127.0.0.1", "--public=127.0.0.1", f"--accounts={self.folder}/accounts",
                 f"--tls={pem}")
        link = self.operator("invite", "a.kite.test", *where)
        self.kite("relay", *where, "--json").wait_event("listening")
        code, out, err = self.run_kite("join", link)
        self.assertEqual(code, 0, err)
        rc = self.home / ".pagekite.rc"
        self.assertEqual(rc.stat().st_mode & 0o777, 0o600)
        self.kite(str(server.port), "a.kite.test", "--json").wait_event("flying")
        self.assertTrue(self.served_by(port, server))

    def test_what_is_not_done(self):
        pem, _ = self.certificate("relay.kite.test")
        where = ("--ports=80", "--public=r.test", f"--accounts={self.folder}/accounts", f"--tls={pem}")
        self.operator("invite", "a.kite.test", *where)
        for words in (("relay", "invite", "a.kite.test", *where), ("relay", "invite", "<b>", *where),
                      ("relay", "revoke", "b.kite.test", *where), ("relay", "dance"), ("join", "nonsense"), ("join",)):
            code, out, err = self.run_kite(*words)
            self.assertEqual(code, 2, words)
            self.assertNotIn("s3cret", err)


class Service(RelayOperation):
    """What systemd does for a service and expects of it."""

    def setUp(self):
        super().setUp()
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notices.close)
        self.notices.bind(str(self.folder / "notify"))
        self.notices.settimeout(harness.PATIENCE)

    def heard(self, word):
        """The next notice that is not the watchdog's."""
        while True:
            notice = self.notices.recv(4096).decode()
            if word.startswith("WATCHDOG") or not notice.startswith("WATCHDOG"):
                return notice

    def test_tells_how_it_goes(self):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret", "--json",
                          env={"NOTIFY_SOCKET": str(self.folder / "notify"), "WATCHDOG_USEC": "200000"})
        self.assertEqual(self.heard("READY"), "READY=1")
        self.assertEqual(self.heard("WATCHDOG"), "WATCHDOG=1")
        relay.child.send_signal(signal.SIGHUP)
        self.assertRegex(self.heard("RELOADING"), r"^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.assertEqual(self.heard("READY"), "READY=1")
        relay.child.terminate()
        self.assertEqual(self.heard("STOPPING"), "STOPPING=1")

    def test_listens_on_sockets_that_it_is_given(self):
        server = self.origin()
        with socket.create_server(("127.0.0.1", 0)) as held:
            port = held.getsockname()[1]

            def start():
                # a shell makes the process id that LISTEN_PID has to name
                given = os.dup(held.fileno())
                relay = harness.Process.__new__(harness.Process)
                relay.command = ["kite"]
                relay.lines, relay.error_lines = [], []
                relay.child = subprocess.Popen(
                    ["bash", "-c", f'exec 3<&{given}; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"', "sh", harness.KITE, "--clean",
                     "--isfrontend", "--domain=*:*.kite.test:s3cret", "--json"],
                    pass_fds=[given], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                    env={**os.environ, "HOME": str(self.home)})
                relay.readers = [relay._collect(relay.child.stdout, relay.lines),
                                 relay._collect(relay.child.stderr, relay.error_lines)]
                os.close(given)
                self.addCleanup(relay.stop)
                relay.wait_event("listening", port=port)
                return relay
            relay = start()
            kite = self.connector(port, server)
            kite.wait_event("flying")
            relay.child.terminate()
            self.assertEqual(relay.wait(), 0)
            # nobody is turned away meanwhile: who comes waits for the next process
            with socket.create_connection(("127.0.0.1", port), 60) as visitor:
                visitor.sendall(b"GET / HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n")
                start()
                self.assertIn(b"200 OK", visitor.recv(1 << 16))


harness.main()
