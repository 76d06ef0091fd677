"""What pagekite.py's relay on Python 3 does not do, or not within a test's time: our connector at one that speaks as recorded."""
import json
import queue

import harness
from harness import PATIENCE, EndToEnd, Origin, OriginHandler
from pagekiterelay import peers

REQUEST = b"GET / HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n"


class TellingHandler(OriginHandler):
    def do_GET(self):
        self._answer(200, json.dumps(dict(self.headers.items())).encode())


class ScriptedRelay(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = Origin()
        self.server.RequestHandlerClass = TellingHandler
        self.addCleanup(self.server.shutdown)

    def converse(self, *parts, lines=()):
        """Sends each part when the one before is answered.
        @param parts (bytes, what makes of the chunks that came since the answer, or nothing yet) each
        @return the answers"""
        answers = queue.Queue()

        def script(link, _):
            chunks = peers.Chunks()
            for part, answer_in in parts:
                link.sendall(part)
                came = []
                while not (answer := answer_in(came)):
                    got = link.recv(1 << 16)
                    if not got:
                        return answers.put("the connector hung up")
                    came += chunks.feed(got)
                answers.put(answer)
            while link.recv(1 << 16):  # until the test is over
                pass
        relay = peers.ScriptedRelay(script, features=("AddKites",), lines=lines)
        self.addCleanup(relay.close)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{relay.port}", "--json",
                         f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret")
        got = [answers.get(timeout=PATIENCE) for _ in parts]
        self.assertEqual((kite.events("down"), relay.links), ([], 1))
        return got

    @staticmethod
    def pong_in(chunks):
        return next(((fields, data) for fields, data in chunks if "pong" in fields), None)

    @staticmethod
    def visit(sid, *lines, before=b""):
        """A visitor, and what the server says to him."""
        def answer_in(chunks):
            said = b"".join(data for fields, data in chunks if fields.get("sid") == str(sid) and "eof" not in fields)
            return said if said.endswith(b"}") else None
        return before + peers.chunk([f"SID: {sid}", "Proto: http", "Host: a.kite.test", "Port: 443", "RIP: ::ffff:192.0.2.7",
                                     "RPort: 4711", *lines], REQUEST), answer_in

    def test_pings_in_every_dialect(self):
        pings = {"1795217901.8887": ["NOOP: 1", "PING: 1795217901.8887"],  # pagekite.py since 0.5
                 "1": ["NOOP: 1", "PING: 1"],  # 0.3, 0.4, libpagekite
                 "2": ["PING: 2"],
                 "x" * 64: ["NOOP: 1", "PING: " + "x" * 70]}
        for dummy in (b"!", b""):
            answers = self.converse(*((peers.chunk(lines, dummy), self.pong_in) for lines in pings.values()))
            self.assertEqual([(fields["pong"], fields.get("noop"), data) for fields, data in answers],
                             [(text, "1", b"!") for text in pings])

    def test_quotas_that_are_told_on_the_way(self):
        """Each is followed by a visitor, who is served."""
        told = [["NOOP: 1", "Quota: 10240"], ["NOOP: 1", "PONG: 77.7777", "Quota: 10240"], ["NOOP: 1", "Quota: 0"],
                ["NOOP: 1", "QDays: 24", "QConns: 5"], ["NOOP: 1", "Quota: nonsense"]]
        answers = self.converse(*(self.visit(sid, before=peers.chunk(lines, b"!")) for sid, lines in enumerate(told, start=1)),
                                lines=["X-PageKite-QConns: 5", "X-PageKite-QDays: 24", "X-PageKite-IPsPerSec: 3/900",
                                       "X-PageKite-Quota: 10240"])
        self.assertTrue(all(said.startswith(b"HTTP/1.1 200 ") for said in answers), answers)

    def test_tls_that_the_relay_ended(self):
        answers = self.converse(self.visit(1, "RTLS: 1"), self.visit(2))
        seen = [json.loads(said.partition(b"\r\n\r\n")[2]) for said in answers]
        self.assertEqual([(fields["X-Forwarded-Proto"], fields["X-Forwarded-For"], fields["X-PageKite-Port"]) for fields in seen],
                         [("https", "192.0.2.7", "443"), ("http", "192.0.2.7", "443")])


harness.main()
