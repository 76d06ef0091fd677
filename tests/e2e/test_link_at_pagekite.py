"""The life of our connector's link at the relay of Debian's pagekite.py: kites come, are refused, are taken over; the relay
falls silent, and dies."""
import hashlib
import signal
import socket
import stat
import sys

import harness
from harness import PATIENCE, free_port, wait_for
from pagekiterelay import RelayOfPagekite

WRONG = "n0t-the-one"
PROBE = "99999999"  # a stream that nobody has (PROTOCOL.md, liveness)
PROGRAM = """#!{python}
import json, sys
accounts = {accounts!r}
print("AUTH" if sys.argv[1] == "--capabilities" else json.dumps(accounts.get(sys.argv[2], {{}})))
"""


class LinkAtPagekite(RelayOfPagekite):
    flights = 1  # connections until a kite flies

    def setUp(self):
        super().setUp()
        self.rc = self.folder / "kite.rc"
        self.servers = {name: self.origin() for name in "abc"}

    def say(self, **kites):
        """Settings with kites that lead to the servers of their names. @param kites name: secret each"""
        lines = [f"frontend = 127.0.0.1:{self.wire.port}"]
        lines += [f"service_on = http:{name}.kite.test:localhost:{self.servers[name].port}:{secret}" for name, secret in kites.items()]
        self.rc.write_text("\n".join(lines) + "\n")
        self.rc.chmod(0o600)

    def begin(self, **kites):
        self.say(**kites)
        kite = self.kite("--clean", f"--optfile={self.rc}", *self.connector_options, "--json")
        for name in kites:
            kite.wait_event("flying", kite=f"http:{name}.kite.test")
        self.assertEqual((len(self.wire.links()), len(self.wire.flown())), (self.flights, 1))
        return kite

    def hang_up(self, process, **kites):
        self.say(**kites)
        process.child.send_signal(signal.SIGHUP)

    def serves(self, name, port=None):
        return self.served_by(f"{name}.kite.test", port) == self.servers[name].port

    def downs(self, process):
        return {event["kite"]: event["reason"] for event in process.events("down")}

    def test_kites_are_added_to_the_live_link(self):
        kite = self.begin(a="s3cret")
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as visitor:
            answers = visitor.makefile("rb")
            visitor.sendall(b"GET /chat HTTP/1.1\r\nHost: a.kite.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            while answers.readline().strip():
                pass
            self.hang_up(kite, a="s3cret", b="s3cret")
            kite.wait_event("flying", kite="http:b.kite.test")
            self.assertTrue(self.serves("a") and self.serves("b"))
            visitor.sendall(b"still there?\n")  # a visitor from before notices nothing
            self.assertEqual(answers.readline(), b"still there?\n")
        self.assertEqual(kite.events("down"), [])
        self.assertEqual(len(self.wire.links()), self.flights)
        link = self.wire.flown()[0]
        asked = [fields["x-pagekite"].split(":") for fields, _ in link.said_chunks()
                 if fields.get("x-pagekite", "").startswith("http:b.")]
        self.assertEqual([bool(words[3]) for words in asked], [False, True])  # challenged, then signed, inside the link
        self.assertIn(f"http:b.kite.test:{asked[1][2]}", link.told("X-PageKite-OK"))

    def addition_that_is_refused(self, reason, secret):
        """It costs the link; everybody else comes back."""
        kite = self.begin(a="s3cret")
        first = self.wire.flown()[0]
        self.hang_up(kite, a="s3cret", b=secret)
        kite.wait_event("down", kite="http:b.kite.test", reason=reason)
        self.assertTrue(first.over.wait(PATIENCE))
        second = wait_for("a new link", lambda: self.wire.flown()[1:])[0]
        self.assertNotIn("b.kite.test", second.greeting)
        wait_for("a is served", lambda: self.serves("a"))
        self.assertEqual(self.downs(kite), {"http:b.kite.test": reason})
        return kite

    def test_an_addition_with_a_wrong_secret(self):
        kite = self.addition_that_is_refused("bad-secret", WRONG)
        self.hang_up(kite, a="s3cret", b="s3cret")
        kite.wait_event("flying", kite="http:b.kite.test")
        self.assertTrue(self.serves("b"))
        self.assertEqual(len(self.wire.flown()), 2)

    def test_an_addition_that_somebody_else_serves(self):
        self.fly(("http:b.kite.test", self.servers["b"].port), port=self.port)
        self.addition_that_is_refused("name-taken", "s3cret")
        self.assertTrue(self.serves("b"))

    def test_an_addition_of_which_a_part_is_refused_keeps_the_link(self):
        kite = self.begin(a="s3cret")
        self.hang_up(kite, a="s3cret", b=WRONG, c="s3cret")
        kite.wait_event("flying", kite="http:c.kite.test")
        kite.wait_event("down", kite="http:b.kite.test", reason="bad-secret")
        self.assertTrue(self.serves("a") and self.serves("c") and self.is_away("b.kite.test"))
        self.assertEqual(self.downs(kite), {"http:b.kite.test": "bad-secret"})
        self.assertEqual(len(self.wire.links()), self.flights)

    def test_it_takes_the_place_of_its_older_link(self):
        """The relay never hears that the older one ended."""
        kite = self.begin(a="s3cret", b="s3cret")
        older = self.wire.flown()[0]
        self.wire.freeze()
        self.hang_up(kite, a="s3cret")  # nothing gives one kite back but a new link
        second = wait_for("a new link", lambda: self.wire.flown()[1:])[0]
        greetings = [link.greeting for link in self.wire.links()[self.flights:]]
        self.assertIn(f"X-PageKite-Replace: {older.told('X-PageKite-SessionID')[-1]}", greetings[0])
        self.assertEqual(second.told("X-PageKite-Duplicate"), [])
        wait_for("a is served by the new link", lambda: self.serves("a"))
        wait_for("the older link is gone", lambda: self.is_away("b.kite.test"))
        self.assertNotIn("http:a.kite.test", self.downs(kite))

    def test_a_kite_that_another_one_serves(self):
        """He stays; whoever never flew is told so and ends."""
        first = self.begin(a="s3cret")
        second = self.connector(f"--service_on=http:a.kite.test:localhost:{self.servers['b'].port}:s3cret", port=self.port)
        second.wait_event("down", kite="http:a.kite.test", reason="name-taken")
        self.assertTrue(self.serves("a"))
        self.assertEqual(second.wait(), 3)
        self.assertEqual((first.events("down"), second.events("flying"), len(self.wire.links())), ([], [], self.flights))

    def test_each_refusal_has_its_word(self):
        """Of one greeting: one kite flies, each other one hears why it does not."""
        strict = free_port()
        self.pagekite("--isfrontend", "--host=127.0.0.1", f"--ports={strict}", "--protos=http,raw", "--rawports=22",
                      "--domain=*:*.kite.test:s3cret")
        wait_for("pagekite's relay listens", lambda: harness.answers(strict))
        self.fly(("http:taken.kite.test", self.servers["b"].port), port=strict)
        port = self.servers["a"].port
        kite = self.connector(
            f"--service_on=http:a.kite.test:localhost:{port}:s3cret", f"--service_on=http:wrong.kite.test:localhost:{port}:{WRONG}",
            f"--service_on=http:a.other.test:localhost:{port}:s3cret", f"--service_on=irc:a.kite.test:localhost:{port}:s3cret",
            f"--service_on=raw-23:a.kite.test:localhost:{port}:s3cret", f"--service_on=http:taken.kite.test:localhost:{port}:s3cret",
            port=strict)
        kite.wait_event("flying", kite="http:a.kite.test")
        expected = {"http:wrong.kite.test": ("bad-secret", "signature"), "http:a.other.test": ("unknown-kite", "unauthorized"),
                    "irc:a.kite.test": ("not-served", "proto"), "raw-23:a.kite.test": ("not-served", "port"),
                    "http:taken.kite.test": ("name-taken", "")}
        wait_for("five refusals", lambda: len(kite.events("down")) == len(expected))
        self.assertEqual({event["kite"]: (event["reason"], event["detail"]) for event in kite.events("down")}, expected)
        self.assertTrue(self.serves("a", strict))
        self.assertEqual(self.served_by("taken.kite.test", strict), self.servers["b"].port)

    def test_quotas(self):
        accounts = {"rich.quota.test": {"secret": "s3cret", "quota_kb": 10240, "quota_days": 24, "quota_conns": 5,
                                       "ips_per_sec-ips": 3, "ips_per_sec-secs": 900},
                    "poor.quota.test": {"secret": "s3cret", "quota_kb": 0},
                    "late.quota.test": {"secret": "s3cret", "quota_kb": 0, "reason": "nodays"}}
        program = self.folder / "accounts.py"
        program.write_text(PROGRAM.format(python=sys.executable, accounts=accounts))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        port = free_port()
        self.start_relay(f"--authdomain={program}", "--authfail_closed", ports=[port])
        wire, server = self.wire_to(port), self.servers["a"]
        kite = self.connector(*(f"--service_on=http:{name}:localhost:{server.port}:s3cret" for name in accounts), port=wire.port)
        kite.wait_event("flying", kite="http:rich.quota.test")
        wait_for("two refusals", lambda: len(kite.events("down")) == 2)
        self.assertEqual({event["kite"]: (event["reason"], event["detail"]) for event in kite.events("down")},
                         {"http:poor.quota.test": ("quota", "quota"), "http:late.quota.test": ("quota", "nodays")})
        link = wire.flown()[0]
        limits = {name: link.told(f"X-PageKite-{name}") for name in ("Quota", "QDays", "QConns", "IPsPerSec")}
        self.assertEqual(limits, {"Quota": ["10240"], "QDays": ["24"], "QConns": ["5"], "IPsPerSec": ["3/900"]})
        self.assertEqual(self.served_by("rich.quota.test", port), server.port)

    def test_uploads_that_the_relay_compresses(self):
        self.begin(a="s3cret")
        text = self.folder / "text"
        text.write_bytes(b"All work and no play. " * 50_000)
        status, digest = self.curl(f"http://127.0.0.1:{self.port}/", "--data-binary", f"@{text}", "-H", "Expect:", host="a.kite.test")[1:]
        self.assertEqual((status, digest.decode()), (200, hashlib.sha256(text.read_bytes()).hexdigest()))
        self.assert_compressed(self.wire.flown()[0])

    def assert_compressed(self, link):
        self.assertGreater(link.compressed_chunks(), 10)

    def test_silence_is_asked_about(self):
        """By what every relay answers; one that answers keeps its link."""
        kite = self.begin(a="s3cret")
        link = self.wire.flown()[0]
        wait_for("our question", lambda: [1 for fields, _ in link.said_chunks() if fields.get("sid") == PROBE])
        wait_for("its answer", lambda: [1 for fields, _ in link.heard_chunks() if fields.get("sid") == PROBE and "eof" in fields])
        self.assertTrue(self.serves("a"))
        self.assertEqual((kite.events("down"), len(self.wire.links())), ([], self.flights))

    def test_a_relay_that_freezes(self):
        kite = self.fly(("http:a.kite.test", self.servers["a"].port), port=self.port)
        self.freeze(self.relay)
        kite.wait_event("down", reason="link-lost", detail="no sign of life")
        self.relay.child.send_signal(signal.SIGCONT)
        kite.wait_event("flying", after=1)
        wait_for("a is served", lambda: self.serves("a"))
        self.assertEqual(self.downs(kite), {"http:a.kite.test": "link-lost"})

    def test_a_relay_that_is_killed_and_started_again(self):
        kite = self.fly(("http:a.kite.test", self.servers["a"].port), port=self.port)
        for times in (1, 2):
            self.relay.kill()
            wait_for("the loss is told", lambda: len([1 for event in kite.events("down") if event["reason"] == "link-lost"]) == times)
            self.relay = self.start_relay()
            kite.wait_event("flying", after=times)
            wait_for("a is served", lambda: self.serves("a"))


class LinkAtPagekiteWithoutCompression(LinkAtPagekite):
    """`--nozchunks` also means the greeting on two connections."""
    connector_options = ["--nozchunks"]
    flights = 2
    test_silence_is_asked_about = None  # what follows the greeting is the same
    test_a_relay_that_freezes = None

    def assert_compressed(self, link):
        self.assertEqual(link.compressed_chunks(), 0)


harness.main()
