"""What Debian's pagekite.py makes of our relay's answers: refusals, duplicates, links that are replaced."""
import re

import harness
from harness import PATIENCE, free_port, wait_for
from logs import LogReading
from wiretap import Wiretap

PRINTED = "n0t-the-one"


class Greetings(LogReading):
    connector_options = []

    def setUp(self):
        super().setUp()
        self.server = self.origin()
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--hold=0",
                               "--protos=http,raw", "--domain=*:*.kite.test:s3cret", "--json")
        self.port = self.relay.wait_event("listening", role="relay")["port"]

    def tap(self):
        tap = Wiretap(self.port)
        self.addCleanup(tap.close)
        return tap

    def connector(self, port, *words, log="connector.log"):
        """The words are kites and options."""
        return self.start("/usr/bin/pagekite", "--clean", "--nullui", "--loglevel=all", f"--logfile={self.folder / log}",
                          f"--frontend=127.0.0.1:{port}", *self.connector_options, *words)

    def kite_of(self, server, name="http:a.kite.test", secret="s3cret"):
        return f"--service_on={name}:localhost:{server.port}:{secret}"

    def flies(self, name="a.kite.test", log="connector.log"):
        """Until the connector knows."""
        self.line(log, domain=name, proto="http", ssl="False")

    def served_by(self, server, host="a.kite.test"):
        return self.curl(f"http://127.0.0.1:{self.port}/", host=host)[1:] == (200, f"hello from {server.port} path /\n".encode())

    def is_refused(self, name, reason):
        proto, _, domain = name.partition(":")
        self.line("connector.log", err="Rejected", proto=proto, domain=domain, reason=reason)

    def test_each_refusal_by_its_reason_beside_a_kite_that_flies(self):
        refused = {"http:b.kite.test": "signature", "http:c.other.test": "unauthorized", "irc:a.kite.test": "proto",
                   f"http-{free_port()}:a.kite.test": "port"}
        tap = self.tap()
        connector = self.connector(tap.port, self.kite_of(self.server), *(
            self.kite_of(self.server, name, PRINTED if reason == "signature" else "s3cret") for name, reason in refused.items()))
        for name, reason in refused.items():
            self.is_refused(name, reason)
        self.flies()
        self.assertTrue(self.served_by(self.server))
        for host in ("b.kite.test", "c.other.test"):
            status, page = self.curl(f"http://127.0.0.1:{self.port}/", host=host)[1:]
            self.assertEqual(status, 503)
            self.assertIn(b"Sorry! (fe)", page)
        self.assertIsNone(connector.child.poll())
        self.assertEqual([event["kite"] for event in self.relay.events("flying")], ["http:a.kite.test"])
        self.assertNotIn(PRINTED, self.relay.said())

    def test_a_link_without_any_kite_is_closed(self):
        tap = self.tap()
        connector = self.connector(tap.port, self.kite_of(self.server, secret=PRINTED),
                                   self.kite_of(self.server, "http:c.other.test"))
        self.is_refused("http:a.kite.test", "signature")
        self.is_refused("http:c.other.test", "unauthorized")
        wait_for("the relay closes the link", lambda: tap.greetings()[-1].relay_ended)
        self.assertIsNone(connector.child.poll())  # it will ask again
        self.assertEqual(self.relay.events("flying"), [])

    def test_a_second_connector_is_told_and_the_first_flies_on(self):
        tap, second = self.tap(), self.origin()
        self.connector(tap.port, self.kite_of(self.server))
        self.flies()
        first = tap.greetings()[-1]
        others = self.tap()
        connector = self.connector(others.port, self.kite_of(second), log="second.log")
        self.line("second.log", err="Duplicate", proto="http", domain="a.kite.test")
        wait_for("the relay closes the second link", lambda: others.greetings()[-1].relay_ended)
        # the first was asked whether it lives
        asked = re.search(rb"\r\nPING: (\S+)\r\n", first.down)
        self.assertTrue(asked, first.down)
        self.assertIn(b"\r\nPONG: " + asked[1] + b"\r\n", first.up)
        self.assertTrue(self.served_by(self.server))
        self.assertFalse(first.relay_ended)
        self.assertIs(tap.greetings()[-1], first)
        self.assertIsNone(connector.child.poll())
        self.assertEqual(len(self.relay.events("flying")), 1)

    def test_whose_link_broke_replaces_it(self):
        # both at the same time, as each waits a minute
        names = {"a.kite.test": [], "b.kite.test": ["--nozchunks"]}
        taps = {name: self.tap() for name in names}
        for name, options in names.items():
            self.connector(taps[name].port, *options, self.kite_of(self.server, f"http:{name}"), log=f"{name}.log")
        before = {}
        for name, tap in taps.items():
            self.flies(name, log=f"{name}.log")
            before[name] = tap.greetings()
            before[name][-1].hang_up()  # and answers the relay's questions, so that only Replace ends it
        for name, tap in taps.items():
            with self.subTest(name):
                old = before[name][-1]
                wait_for("the relay closes the old link", lambda: old.relay_ended, 3 * PATIENCE)
                self.wait_kite(self.port, name)
                # whose link was signed on a second connection remembers the session of the first
                session = re.findall(rb"X-PageKite-SessionID: (\S+)\r\n", before[name][0].down)[-1]
                after = tap.greetings()[len(before[name]):]
                self.assertIn(b"\r\nX-PageKite-Replace: " + session + b"\r\n", after[0].up)
                self.assertIn(f"\r\nX-PageKite-OK: http:{name}:".encode(), after[-1].down)
                self.assertNotIn(b"Duplicate", b"".join(talk.down for talk in after))

    def test_its_pings_are_answered(self):
        tap = self.tap()
        self.connector(tap.port, "--keepalive=20", self.kite_of(self.server))
        self.flies()
        link = tap.greetings()[-1]
        link.silence()  # or our relay's pings would keep it quiet
        asked = wait_for("it asks", lambda: re.search(rb"\r\nPING: (\S+)\r\n", link.up), 2 * PATIENCE)
        answer = b"\r\nPONG: " + asked[1] + b"\r\n"
        wait_for("the relay answers", lambda: answer in link.down)
        link.release()
        self.assertTrue(self.served_by(self.server))
        self.assertFalse(link.relay_ended)


class GreetingsOnTwoConnections(Greetings):
    connector_options = ["--nozchunks"]
    test_whose_link_broke_replaces_it = None
    test_its_pings_are_answered = None


harness.main()
