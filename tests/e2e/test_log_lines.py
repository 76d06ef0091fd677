"""Log lines that scripts look for: the same keys as pagekite.py's for the same events."""
import os
import re
import signal
import stat

import harness
from harness import wait_for
from logs import LogReading

ACCOUNT = "http,raw:a.test:s3cret"


class LogLines(LogReading):
    def setUp(self):
        super().setUp()
        self.origin_port = self.origin().port

    def run_as(self, program, name, *options, **more):
        words = ["--clean", *options, f"--logfile={self.folder / name}"]
        return self.kite(*words, **more) if program == "kite" else self.start("pagekite", *words, "--loglevel=all", **more)

    def relay(self, program, name):
        port = harness.free_port()
        process = self.run_as(program, name, "--isfrontend", "--host=127.0.0.1", f"--ports={port}",
                              "--protos=http,raw", "--rawports=virtual", f"--domain={ACCOUNT}")
        self.line(name, listen=f"127.0.0.1:{port}")
        return process, port

    def spec(self, name, secret="s3cret"):
        return f"--service_on=http:{name}:127.0.0.1:{self.origin_port}:{secret}"

    def compare(self, logs, values, also=()):
        """Both wrote it, with the same keys in the same order but for ids and `also`."""
        keys = [[key for key in self.line(log, **values) if key not in ("id", "ll", *also)] for log in logs]
        self.assertEqual(*keys)

    def test_connector(self):
        _, port = self.relay("kite", "relay.log")
        for program, log in (("pagekite", "theirs.log"), ("kite", "ours.log")):
            frontend = f"--frontend=127.0.0.1:{port}"
            process = self.run_as(program, log, frontend, self.spec("a.test"))
            self.line(log, domain="a.test", ssl="False")
            second = self.run_as(program, "second-" + log, frontend, self.spec("a.test"))
            self.line("second-" + log, err="Duplicate")
            second.stop()
            process.stop()
            process = self.run_as(program, "wrong-" + log, frontend, self.spec("a.test", "wrong"))
            self.line("wrong-" + log, err="Rejected")
            process.stop()
        both = ("theirs.log", "ours.log")
        relay = f"127.0.0.1:{port}"
        self.compare(both, {"started": None}, also=("python", "argv", "ca_certs", "send_always_buffers",
                                                    "tunnel_socket_blocks"))
        self.compare(both, {"connect": relay})
        self.compare(both, {"FE": relay, "proto": "http", "domain": "a.test", "ssl": "False"})
        self.compare(("second-theirs.log", "second-ours.log"),
                     {"FE": relay, "err": "Duplicate", "proto": "http", "domain": "a.test"})
        self.compare(("wrong-theirs.log", "wrong-ours.log"),
                     {"FE": relay, "err": "Rejected", "proto": "http", "reason": "signature", "domain": "a.test"})

    def test_relay(self):
        for program, log in (("pagekite", "theirs.log"), ("kite", "ours.log")):
            _, port = self.relay(program, log)
            good = self.kite("--clean", f"--frontend=127.0.0.1:{port}", self.spec("a.test"))
            self.line(log, BE="Live", domain="a.test")
            for name, secret in (("a.test", "wrong"), ("b.test", "s3cret")):
                self.run_kite("--clean", "--noloop", f"--frontend=127.0.0.1:{port}", self.spec(name, secret))
            good.stop()
            self.line(log, eof="1")
        both = ("theirs.log", "ours.log")
        self.compare(both, {"listen": None})
        self.compare(both, {"BE": "Live", "proto": "http", "domain": "a.test"}, also=("add_kites", "version"))
        self.compare(both, {"err": "Invalid signature for: a.test (http)"})
        self.compare(both, {"warn": "No authentication found for: b.test (http)"})
        for log in both:
            self.assertNotIn("s3cret", "".join(map(str, self.log(log)[1:])))

    def test_file_is_private_and_moves_away(self):
        process, _ = self.relay("kite", "relay.log")
        path, old = self.folder / "relay.log", self.folder / "relay.log.1"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertRegex(path.read_text().splitlines()[0],
                         r"^ts=[0-9a-f]+; t=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d; ll=0; started=")
        path.rename(old)
        os.kill(process.pid, signal.SIGHUP)
        wait_for("the new file", lambda: path.exists() and path.read_text())
        self.assertTrue(re.search("listen=", old.read_text()))
        self.assertIsNone(process.child.poll())

    def test_stdio(self):
        process = self.kite("--clean", "--isfrontend", "--ports=0", "--host=127.0.0.1", f"--domain={ACCOUNT}",
                            "--logfile=stdio")
        wait_for("the line", lambda: any("; listen=127.0.0.1:" in line for line in process.lines))


harness.main()
