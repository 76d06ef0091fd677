"""What nobody may get by a trick: somebody's kite, a request past the gate, a line in somebody else's head."""
import base64
import socket
import struct
import subprocess
import threading

import peers
import tricks
from load import SECRET, LoadTest, harness
from readings import READERS, RecordingOrigin
from tokens import TokenOrigin, TokenVisitor, body_of

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
AUTH = b"Authorization: Basic " + base64.b64encode(b"me:open")


def say(port, data, patience=30):
    """Sends, half-closes, and reads to the end."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), patience) as visitor:
        try:
            visitor.sendall(data)
            visitor.shutdown(socket.SHUT_WR)
            while part := visitor.recv(1 << 16):
                got += part
        except ConnectionError:
            pass  # a refusal that did not wait for all of it
    return got


def client_hello(name):
    """A TLS 1.2 hello with this server name, whatever bytes it is."""
    entry = b"\0" + struct.pack("!H", len(name)) + name
    names = struct.pack("!H", len(entry)) + entry
    extensions = struct.pack("!HH", 0, len(names)) + names
    body = (b"\x03\x03" + bytes(range(32)) + b"\0" + b"\0\x04\xc0\x2f\x13\x01" + b"\x01\0"
            + struct.pack("!H", len(extensions)) + extensions)
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack("!H", len(message)) + message


class Requests(LoadTest):
    """Relay and connector in front of an origin that keeps every byte; each trick alone and behind a good request."""

    def judge(self, kite, name, seen, marked):
        """What the origin got must be the same requests to every reader, none of them smuggled."""
        for data in seen:
            lists = {tuple(request.line for request in reader.requests(data)) for reader in READERS}
            self.assertEqual(len(lists), 1, f"{kite}, {name}: read in several ways: {data!r}")
            for line in next(iter(lists)):
                self.assertNotIn("smuggled", line, f"{kite}, {name}: {data!r}")
            for request in (request for reader in READERS if marked for request in reader.requests(data)):
                claims = [value for field in FORWARDED for value in request.all(field)]
                self.assertEqual(claims, ["127.0.0.1"], f"{kite}, {name}: {data!r}")
                self.assertEqual(len(request.all("host")), 1, f"{kite}, {name}: {data!r}")

    def ways(self, trick, host):
        trick = trick.replace(b"HOST", host.encode()).replace(b"AUTH", AUTH)
        good = b"GET /good HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n" % (host.encode(), AUTH)
        return {"alone": trick, "behind a good one": good + trick, "behind two": good + good + trick}

    def test_tricks_with_and_without_gates(self):
        origin = RecordingOrigin()
        self.addCleanup(origin.close)
        _, port = self.relay()
        kites = {"plain.kite.test": (), "password.kite.test": ("+password/me=open",), "open.kite.test": ("+insecure",),
                 "renamed.kite.test": ("+rewritehost=inside.test",), "raw.kite.test": ("+rawheaders", "+password/me=open")}
        words = []
        for host, flags in kites.items():
            words += (["AND"] if words else []) + [str(origin.port), host, *flags]
        connector = self.connector(port, *words)
        for host in kites:
            connector.wait_event("flying", kite=f"http:{host}")
        passed = refused = 0
        for host in kites:
            for name, trick in tricks.ALL:
                for way, data in self.ways(trick, host).items():
                    answer = say(port, data)
                    seen = origin.taken()
                    self.judge(host, f"{name}, {way}", seen, marked="raw" not in host)
                    self.assertNotIn(b"HTTP/1.1 200 OK\r\nContent-Length: 0", answer)
                    got_through = any(b"/outer" in data for data in seen)
                    if tricks.is_about_a_body(name):  # its head may have passed, and be answered, before: once
                        self.assertEqual(answer.count(b"HTTP/1.1 "), data.count(b" /good ") + 1, f"{host}, {name}, {way}: {answer!r}")
                    else:
                        self.assertEqual(got_through, name in tricks.HARMLESS, f"{host}, {name}, {way}: {answer!r} {seen!r}")
                    passed += got_through
                    refused += not got_through
            good = say(port, self.ways(b"", host)["behind two"])
            self.assertEqual(good.count(b" 200 OK"), 2, f"{host}: {good!r}")
            origin.taken()
        self.still_runs(connector)
        print(f"  {passed + refused} requests in {len(tricks.ALL)} tricks: {refused} refused, {passed} harmless")

    def test_smuggled_requests_need_the_password(self):
        """The same, by somebody who does not know it: nothing reaches the origin."""
        origin = RecordingOrigin()
        self.addCleanup(origin.close)
        _, port = self.relay()
        self.connector(port, str(origin.port), "a.kite.test", "+password/me=open")
        for name, trick in tricks.ALL:
            data = trick.replace(b"HOST", b"a.kite.test").replace(b"AUTH\r\n", b"")
            answer = say(port, data)
            self.assertEqual(origin.taken(), [], name)
            self.assertNotIn(b" 200 OK", answer, name)
            knows = b"GET /good HTTP/1.1\r\nHost: a.kite.test\r\n%s\r\n\r\n" % AUTH
            say(port, knows + data)
            for seen in origin.taken():
                self.assertEqual([b"/good" in seen, b"/outer" in seen, b"/smuggled" in seen], [True, False, False], name)

    def test_other_kites_are_not_reached_through_one(self):
        """A connection belongs to the kite of its first request."""
        mine, other = RecordingOrigin(), RecordingOrigin()
        self.addCleanup(mine.close)
        self.addCleanup(other.close)
        _, port = self.relay()
        self.connector(port, str(mine.port), "a.kite.test", "AND", str(other.port), "b.kite.test", "+password/me=open")
        for second in (b"Host: b.kite.test\r\n", b"Host: b.kite.test:80\r\n", b"Host: B.KITE.TEST.\r\n"):
            say(port, b"GET /1 HTTP/1.1\r\nHost: a.kite.test\r\n\r\nGET /2 HTTP/1.1\r\n" + second + b"\r\n")
            self.assertEqual([b"/2" in seen for seen in mine.taken()], [False])
        self.assertEqual(other.taken(), [])


class Heads(LoadTest):
    """What visitors say of hosts gets into chunk heads and pages: never with lines of their own."""
    FIELDS = {"sid", "proto", "host", "port", "rip", "rport", "rtls", "lines"}

    def setUp(self):
        super().setUp()
        pem, _ = self.certificate("relay.kite.test")
        self.process, self.port = self.relay(f"--domain=*:unknown:{SECRET}", f"--tls_endpoint=relay.kite.test:{pem}")
        self.link = peers.ScriptedConnector(self.port, "http:unknown", "https:unknown", "http:a.kite.test")
        self.addCleanup(self.link.close)
        self.openings = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        try:
            while True:
                fields, _ = self.link.next_chunk(lambda fields: "proto" in fields)
                self.openings.append(fields)
                sid = fields["sid"]
                self.link.socket.sendall(peers.data_chunk(sid, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
                                         + peers.end_chunk(sid))
        except (OSError, ValueError):
            pass

    def check_openings(self):
        for fields in self.openings:
            self.assertLessEqual(set(fields), self.FIELDS, fields)
            lines = fields["lines"].strip("\r\n").split("\r\n")
            self.assertEqual(len(lines), len(fields) - 1, fields)
            self.assertRegex(fields["host"], r"\A[a-z0-9._:-]{1,253}\Z")
            self.assertRegex(fields["proto"], r"\A(https?|probe)\Z")
            self.assertIn(fields["rip"], ("127.0.0.1",))
        good = say(self.port, b"GET / HTTP/1.1\r\nHost: a.kite.test\r\n\r\n")
        self.assertTrue(good.startswith(b"HTTP/1.1 200 OK"), good)

    def test_by_host(self):
        for value in (b"a\r\nSID: 1", b"a\nEOF: 1WR", b"a\rX: y", b"a\x00b", b'"a"', b"'a'", b"<i>", b"a b", b"\xc3\xa4.test",
                      b"%0d%0aSID:1", b"x" * 60_000, b"a" * 300 + b".test", b"[::1]", b"[::1%25lo]", b"a:80:90", b"a\x0bb", b"a\x85b",
                      b"..", b".", b"*", b"*.test", b"unknown", b"-", b"a_b.test", b"localhost", b"127.0.0.1"):
            for head in (b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n", b"GET http://%s/ HTTP/1.1\r\n\r\n", b"CONNECT %s:80 HTTP/1.1\r\n\r\n",
                         b"GET /~:PageKite:~/%s HTTP/1.1\r\nHost: x.test\r\n\r\n"):
                answer = say(self.port, head % value)
                for forbidden in (b"\nSID", b"\nEOF", b"<i>", b"\x00"):
                    self.assertNotIn(forbidden, answer)
        self.check_openings()
        self.still_runs(self.process)
        print(f"  {len(self.openings)} visits were passed on, each with its own lines only")

    def test_by_sni(self):
        for name in (b"a\r\nSID: 1", b"a\nEOF: 1WR", b"a\rb", b"a\x00b", b"a\x00.kite.test", b'"a"', b"<i>", b"a b", b"\xc3\xa4.test",
                     b"x" * 15_000, b"a" * 300, b"", b".", b"..", b"*", b"*.kite.test", b"unknown", b"[::1]", b"a:443", b"good.test"):
            say(self.port, client_hello(name))
        self.check_openings()
        self.assertIn("good.test", [fields["host"] for fields in self.openings])  # hellos like these do arrive
        self.still_runs(self.process)

    def test_nobody_shadows_the_relays_own_names(self):
        def shown():
            return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-servername", "relay.kite.test"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
        own = shown()
        self.assertIn("CN = relay.kite.test", own)
        for kite in ("https:relay.kite.test", "https:*.kite.test", "https:unknown", "https-443:relay.kite.test", "http:relay.kite.test"):
            try:
                link = peers.ScriptedConnector(self.port, kite)
            except peers.Refused:
                continue
            self.assertIn("CN = relay.kite.test", shown(), kite)
            link.socket.setblocking(False)
            with self.assertRaises(BlockingIOError, msg=kite):  # no visitor was brought here
                link.next_chunk(lambda fields: "proto" in fields)
            link.close()


class Greetings(LoadTest):
    """Proofs are good for one use, and a session's name opens nothing."""
    KITE = "http:a.kite.test"

    def setUp(self):
        super().setUp()
        self.process, self.port = self.relay()
        self.server = TokenOrigin()
        self.addCleanup(self.server.shutdown)

    def exchange(self, words, until=b"\r\n\r\n"):
        """What a relay answers at first; the connection stays."""
        link = socket.create_connection(("127.0.0.1", self.port), 30)
        self.addCleanup(link.close)
        link.sendall(words)
        return link, self.read(link, until)

    @staticmethod
    def read(link, until):
        got = b""
        while until not in got:
            part = link.recv(1 << 16)
            if not part:
                break
            got += part
        return got.decode("latin1")

    def inband(self, kite_line):
        """A greeting for the kite, then somebody's line of proof instead of one's own."""
        link, _ = self.exchange(peers.request([(self.KITE, peers.salt(), "", "")]))
        link.sendall(peers.chunk(["NOOP: 1", kite_line], b"!"))
        return self.read(link, b"X-PageKite-SessionID")

    def assert_refused(self, text):
        self.assertIn(f"X-PageKite-Invalid: {self.KITE}:", text)
        self.assertNotIn("X-PageKite-OK", text)
        self.assertNotIn("Duplicate", text)  # the proof itself counts for nothing

    def test_a_recorded_link_says_nothing_the_second_time(self):
        """The bytes of a real connector, played again: while it flies and after it left."""
        recorded = []

        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def record():
            link, _ = listener.accept()
            with link, socket.create_connection(("127.0.0.1", self.port)) as far:
                threading.Thread(target=self._copy, args=(far, link), daemon=True).start()
                self._copy(link, far, recorded)
        threading.Thread(target=record, daemon=True).start()
        kite = self.connector(listener.getsockname()[1], str(self.server.port), "a.kite.test")
        self.wait_kite(self.port, "a.kite.test", path="/t1/10")
        script = b"".join(recorded)
        greeting, _, chunks = script.partition(b"\r\n\r\n")
        proof = next(line for line in chunks.decode("latin1").split("\r\n") if line.startswith("X-PageKite: http:a.kite.test"))

        def again():
            self.assert_refused(self.inband(proof))  # in-band
            _, reply = self.exchange(greeting + b"\r\n\r\n" + chunks, b"X-PageKite-Invalid: ")  # everything in one breath
            self.assert_refused(reply)
            _, reply = self.exchange(f"CONNECT PageKite:1 HTTP/1.0\r\n{proof}\r\n\r\n".encode())  # as style A
            self.assert_refused(reply)
        again()
        self.assertEqual(TokenVisitor(self.port, "a.kite.test").ask(keep=False), 200)
        kite.stop()
        again()
        _, reply = self.exchange(peers.request([(self.KITE, peers.salt(), "", "")]))
        self.assertIn("SignThis", reply)  # the kite is free, and nobody has it

    @staticmethod
    def _copy(source, sink, kept=None):
        try:
            while data := source.recv(1 << 16):
                if kept is not None:
                    kept.append(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def test_a_challenge_is_good_for_one_use(self):
        _, reply = self.exchange(peers.request([(self.KITE, peers.salt(), "", "")], features=()))
        proof = peers.proofs(reply)
        first, reply = self.exchange(peers.request(proof, features=()))
        self.assertIn("X-PageKite-OK", reply)
        first.close()
        kite, bsalt, fsalt, _ = proof[0]
        anew = peers.sign(peers.salt(), f"{kite}:{bsalt}:{fsalt}")
        for line in (proof[0], (kite, bsalt, fsalt, anew), (kite, peers.salt(), fsalt, anew)):
            _, reply = self.exchange(peers.request([line], features=()))
            self.assert_refused(reply)
            self.assert_refused(self.inband(peers.kite_lines([line])[0]))

    def test_invented_and_foreign_challenges(self):
        """Also behind a proof that was right, where PageKite's relays look no more."""
        link = peers.ScriptedConnector(self.port, "http:mine.kite.test")
        self.addCleanup(link.close)
        bsalt = peers.salt()
        for fsalt in (peers.salt(), "t" + "0" * 35, "x"):
            signature = peers.sign(peers.salt(), f"{self.KITE}:{bsalt}:{fsalt}")
            link.socket.sendall(peers.chunk(["NOOP: 1", *peers.kite_lines([(self.KITE, bsalt, fsalt, signature)])], b"!"))
            fields, _ = link.next_chunk(lambda fields: "x-pagekite" in fields["lines"].lower())
            self.assert_refused(fields["lines"])
        _, reply = self.exchange(peers.request([("http:b.kite.test", peers.salt(), "", "")]))
        of_b = peers.proofs(reply)[0]  # a challenge for b, used for a
        signature = peers.sign(peers.salt(), f"{self.KITE}:{of_b[1]}:{of_b[2]}")
        self.assert_refused(self.inband(peers.kite_lines([(self.KITE, of_b[1], of_b[2], signature)])[0]))

    def test_replace_by_strangers_drops_nothing(self):
        owner = peers.ScriptedConnector(self.port, "http:spare.kite.test")  # whose session everybody knows
        self.addCleanup(owner.close)
        session = owner.session
        threading.Thread(target=self._serve, args=(owner,), daemon=True).start()
        for kites, secret in ((("http:other.kite.test",), SECRET), (("http:spare.kite.test",), "wr0ng"),
                              (("http:other.kite.test", "http:spare.kite.test"), "wr0ng")):
            try:
                stranger = peers.ScriptedConnector(self.port, *kites, secret=secret, replace=session)
                stranger.close()
            except (peers.Refused, ConnectionError):
                pass
            owner.socket.sendall(peers.chunk(["NOOP: 1"]))  # still a link
            self.assertEqual(self.visit(), 200)
        # unproved: only the word
        self.exchange(peers.request([("http:spare.kite.test", peers.salt(), "", "")], replace=session))
        self.assertEqual(self.visit(), 200)

    def visit(self):
        return TokenVisitor(self.port, "spare.kite.test").ask(keep=False)

    @staticmethod
    def _serve(owner):
        try:
            while True:
                fields, data = owner.next_chunk(lambda fields: "proto" in fields)
                token, count = data.split(b" ")[1].decode().strip("/").split("/")
                body = body_of(token, int(count))
                owner.socket.sendall(peers.data_chunk(fields["sid"], b"HTTP/1.1 200 OK\r\nX-Token: %s\r\nContent-Length: %d\r\n\r\n"
                                                      % (token.encode(), len(body)) + body) + peers.end_chunk(fields["sid"]))
        except OSError:
            pass


harness.main()
