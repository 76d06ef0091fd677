"""SIGHUP: files are read again, and nobody notices but those whom a change is about."""
import hashlib
import http.client
import signal
import socket

import harness
from harness import EndToEnd, free_port, wait_for


class Reload(EndToEnd):
    def setUp(self):
        super().setUp()
        self.rc = self.folder / "kite.rc"
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--hold=0",
                               "--domain=*:*.kite.test:s3cret", "--json")
        self.port = self.relay.wait_event("listening")["port"]
        self.servers = {name: self.origin() for name in "abc"}

    def say(self, *lines, **kites):
        """Kites lead to the servers of those names."""
        lines += (f"frontend = 127.0.0.1:{self.port}", "kitesecret = s3cret")
        lines += tuple(f"service_on = http:{name}.kite.test:localhost:{self.servers[to].port}" for name, to in kites.items())
        self.rc.write_text("\n".join(lines) + "\n")
        self.rc.chmod(0o600)

    def hang_up(self, process, *lines, **kites):
        self.say(*lines, **kites)
        process.child.send_signal(signal.SIGHUP)

    def served_by(self, name):
        body = self.curl(f"http://127.0.0.1:{self.port}/", host=f"{name}.kite.test")[2].decode()
        return next((one for one, server in self.servers.items() if f"hello from {server.port} " in body), None)

    def test_kites_come_go_and_lead_elsewhere_under_a_download(self):
        self.say(a="a", b="b")
        kite = self.kite("--clean", f"--optfile={self.rc}", "--json")
        for name in "ab":
            kite.wait_event("flying", kite=f"http:{name}.kite.test")
        with socket.create_connection(("127.0.0.1", self.port), 60) as visitor:
            visitor.sendall(b"GET /bytes/30000000 HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n")
            got = visitor.recv(1 << 16)
            self.hang_up(kite, a="a", c="c")
            kite.wait_event("flying", kite="http:c.kite.test")
            kite.wait_event("down", kite="http:b.kite.test")
            self.assertEqual((self.served_by("a"), self.served_by("b"), self.served_by("c")), ("a", None, "c"))
            self.assertEqual(self.relay.events("down"), [])  # the link is kept while somebody uses it
            while part := visitor.recv(1 << 20):
                got += part
        self.assertEqual(hashlib.sha256(got.partition(b"\r\n\r\n")[2]).hexdigest(), self.servers["a"].sha256_of(30_000_000))
        self.assertEqual([event["kite"] for event in kite.events("down")], ["http:b.kite.test"])

        self.hang_up(kite, a="b", b="b", c="c")
        wait_for("a leads elsewhere", lambda: self.served_by("a") == "b")
        wait_for("b is back", lambda: self.served_by("b") == "b")
        self.assertEqual(self.served_by("c"), "c")

    def test_visitors_who_are_there_come_anew(self):
        """Where their kite is gone, leads elsewhere or has other rules; those of other kites stay."""
        self.say(a="a", b="b", c="c", d="c")
        kite = self.kite("--clean", f"--optfile={self.rc}", "--json")
        visitors = {name: http.client.HTTPConnection("127.0.0.1", self.port, timeout=harness.PATIENCE) for name in "abcd"}
        for name, visitor in visitors.items():
            self.addCleanup(visitor.close)
            visitor.connect()
            visitor.auto_open = False  # one connection is all it has
            kite.wait_event("flying", kite=f"http:{name}.kite.test")
            self.assertEqual(self.again(visitor, name), 200)
        self.hang_up(kite, "service_cfg = a.kite.test/80 : password/bob : pw", a="a", b="c", d="c")
        wait_for("a has a password", lambda: self.curl(f"http://127.0.0.1:{self.port}/", host="a.kite.test")[1] == 401)
        wait_for("c is gone", lambda: self.served_by("c") is None)
        self.assertEqual({name: self.again(visitor, name) for name, visitor in visitors.items()},
                         {"a": None, "b": None, "c": None, "d": 200})
        self.assertEqual(self.served_by("b"), "c")

    @staticmethod
    def again(visitor, name):
        """The status of one more answer on that connection; None: it is over."""
        try:
            visitor.request("GET", "/", headers={"Host": f"{name}.kite.test"})
            answer = visitor.getresponse()
            answer.read()
            return answer.status
        except (http.client.HTTPException, OSError):
            return None

    def test_pages_for_who_cannot_be_served(self):
        nobody = f"service_on = http:down.kite.test:localhost:{free_port()}"

        def page(name):
            return self.curl(f"http://127.0.0.1:{self.port}/", host=f"{name}.kite.test")[2]
        self.say(nobody, a="a")
        kite = self.kite("--clean", f"--optfile={self.rc}", "--json")
        kite.wait_event("flying", kite="http:down.kite.test")
        self.assertNotIn(b"errors.test", page("down"))
        self.hang_up(kite, nobody, "errorurl = http://errors.test/", a="a")
        wait_for("the page", lambda: b'src="http://errors.test/"' in page("down"))
        self.assertEqual(kite.error_lines, [])

    def test_what_cannot_change_is_said(self):
        self.say(a="a")
        kite = self.kite("--clean", f"--optfile={self.rc}", "--json")
        kite.wait_event("flying")

        def told(words):
            wait_for(words, lambda: any(words in line for line in kite.error_lines))
        self.hang_up(kite, f"frontend = 127.0.0.1:{free_port()}", "keepalive = 60", a="a")
        told("Only a new start changes: --")
        line = next(line for line in kite.error_lines if "Only a new start" in line)
        self.assertIn("--frontend", line)
        self.assertIn("--keepalive", line)
        self.hang_up(kite, "no_such_option", a="a")
        told("The settings stay as they were")
        self.hang_up(kite, "service_on = http:share.kite.test:localhost:builtin:s3cret",
                     f"webpath = share.kite.test/80:/:default:{self.folder}/missing", a="a")
        told("stay as they were: '")
        self.assertEqual(self.served_by("a"), "a")
        self.assertEqual(kite.events("down"), [])
        self.assertNotIn("s3cret", "".join(kite.error_lines))

    def test_what_was_saved_at_the_start_is_not_saved_again(self):
        self.say(a="a")
        kite = self.kite("--clean", f"--optfile={self.rc}", "--save", "--json", str(self.servers["b"].port), "b.kite.test")
        kite.wait_event("flying", kite="http:b.kite.test")
        self.assertIn("b.kite.test", self.rc.read_text())
        edited = self.rc.read_text().replace("b.kite.test", "c.kite.test") + "keepalive = 60\n"
        self.rc.write_text(edited)
        kite.child.send_signal(signal.SIGHUP)
        wait_for("it has read them", lambda: any("Only a new start" in line for line in kite.error_lines))
        self.assertEqual(self.rc.read_text(), edited)
        self.assertEqual(self.served_by("b"), "b")

    def test_a_relay_shows_its_counts_elsewhere(self):
        first, second = free_port(), free_port()

        def say(*lines):
            self.rc.write_text("\n".join(("isfrontend", "host = 127.0.0.1", "domain = *:*.kite.test:s3cret", *lines)) + "\n")
            self.rc.chmod(0o600)
        port = free_port()
        say(f"ports = {port}", f"metrics = {first}")
        relay = self.kite("--clean", f"--optfile={self.rc}", "--json")
        relay.wait_event("listening")
        self.assertTrue(harness.answers(first))
        log = self.folder / "access.log"
        pem, _ = self.certificate("relay.kite.test")
        say(f"ports = {port}", f"metrics = {second}", f"accesslog = {log}", f"tls_endpoint = relay.kite.test:{pem}")
        relay.child.send_signal(signal.SIGHUP)
        wait_for("the new port answers", lambda: harness.answers(second))
        self.assertEqual([line for line in relay.error_lines if "Only a new start" in line], [])
        self.assertFalse(harness.answers(first))
        self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")
        wait_for("a line", lambda: log.exists() and "a.kite.test" in log.read_text())
        with socket.create_server(("127.0.0.1", first)):
            say(f"ports = {port}", f"metrics = {first}")
            relay.child.send_signal(signal.SIGHUP)
            wait_for("it is told", lambda: any("stay" in line and "--metrics" in line for line in relay.error_lines))
            self.assertTrue(harness.answers(second))


harness.main()
