"""A kite with its own secret that misbehaves on its link: the relay stays up, small and fair to the others."""
import contextlib
import socket
import threading
import time

import attacks
import peers
from load import SECRET, LoadTest, Peak, allow_descriptors, harness, size
from tokens import Crowd, TokenOrigin

EVIL = "evil.kite.test"


class HostileLinks(LoadTest):
    SECONDS = size(0.3, 15.0)
    BOUND = 24  # MiB more, where nothing else is said

    def setUp(self):
        super().setUp()
        allow_descriptors(4096)
        self.server = TokenOrigin()
        self.addCleanup(self.server.shutdown)
        self.process, self.port = self.relay()
        self.connector(self.port, str(self.server.port), "a.kite.test")
        self.wait_kite(self.port, "a.kite.test", path="/t0/1")

    @contextlib.contextmanager
    def unharmed(self, what, bound=None):
        """Others are served all along, then everything is as before."""
        bound = bound or self.BOUND
        before = len(self.server.mixed)
        with Peak(self.process) as peak, Crowd(self.port, ["a.kite.test"], count=3, sizes=(10, 40_000), pause=0.01, patience=20) as crowd:
            yield crowd
            harness.wait_for(f"visitors served beside '{what}'", lambda: crowd.whole() >= 10)  # noqa: B023
        self.still_runs(self.process)
        print(f"  {what}: others {crowd.told()}; relay {peak.grew():+.1f} MiB at most, "
              f"{peak.after.cpu - peak.before.cpu:.2f} s CPU in {peak.after.at - peak.before.at:.1f} s")
        self.assertEqual((crowd.harm, set(crowd.outcomes), len(self.server.mixed)), ([], {"whole"}, before), what)
        if not harness.SANITIZED:
            self.assertLess(peak.grew(), bound, what)
        self.descriptors_back(self.process, peak.before, seconds=40)

    def link(self, **options):
        """Of the one before there may be much left to read; as long as that shows life, nobody takes its place."""
        def begun():
            with contextlib.suppress(peers.Refused):
                return peers.ScriptedConnector(self.port, f"http:{EVIL}", **options)
        return harness.wait_for("a link", begun)

    def flood(self, what, make, reading=True, bound=None):
        """As many links, one after the other, as the relay ends."""
        with self.unharmed(what, bound):
            end, links, chunks, sent = time.monotonic() + self.SECONDS, 0, 0, 0
            while time.monotonic() < end:
                link = self.link()
                links += 1
                count, amount, _ = peers.send_while(link.socket, make, end - time.monotonic(), reading)
                chunks, sent = chunks + count, sent + amount
                link.close()
            print(f"  {links} links, {sent / 1e6:.1f} MB sent")

    def test_random_chunks(self):
        for seed in range(size(1, 5)):
            self.flood(f"random chunks, seed {seed}", attacks.Salad(seed))

    def test_floods(self):
        for what, make in {"unknown streams": attacks.UNKNOWN, "ends of one stream": attacks.ENDS, "pings": attacks.PINGS,
                           "long pings": attacks.LONG_PINGS, "openings and closings of one number": attacks.SAME_ID,
                           "empty chunks": attacks.TINY, "requests for kites": attacks.KITES}.items():
            for reading in (True, False):
                self.flood(f"{what}{'' if reading else ', never reading'}", make, reading)

    def test_what_ends_the_link(self):
        with self.unharmed("endless heads and huge sizes"):
            for _ in range(size(1, 10)):
                for what, begin in attacks.ENDS_THE_LINK.items():
                    link, parts = self.link(), begin()
                    _, sent, ended = peers.send_while(link.socket, lambda: next(parts), 20)  # noqa: B023 - used at once
                    self.assertTrue(ended, f"{what}: {sent} bytes, and still a link")
                    link.close()

    def visitors(self, count, send=b""):
        """Of the hostile kite, who ask and then read nothing."""
        made = []
        for _ in range(count):
            visitor = socket.create_connection(("127.0.0.1", self.port), 20)
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n%s" % (EVIL.encode(), send))
            made.append(visitor)
        self.addCleanup(lambda: [visitor.close() for visitor in made])
        return made

    def opened(self, link, count):
        """The numbers of the streams for these visitors."""
        return [link.next_chunk(lambda fields: "proto" in fields)[0]["sid"] for _ in range(count)]

    def test_data_beyond_every_window(self):
        """The link sends whatever the relay takes, to visitors that read nothing."""
        count = size(8, 40)
        with self.unharmed(f"answers for {count} visitors that read nothing", bound=4 * count + self.BOUND):
            link, visitors = self.link(), self.visitors(count)
            sids = iter(self.opened(link, count) * 1_000_000)
            peers.send_while(link.socket, lambda: peers.data_chunk(next(sids), bytes(60_000)), self.SECONDS)
            link.close()
            for visitor in visitors:
                visitor.close()

    def test_acknowledges_nothing(self):
        """Visitors upload; the link reads and never says so, or reads nothing at all."""
        count = size(8, 40)
        for reads in (True, False):
            with self.unharmed(f"{count} uploads {'never acknowledged' if reads else 'never read'}", bound=2 * count + self.BOUND):
                link, visitors = self.link(), self.visitors(count)
                if reads:
                    threading.Thread(target=self.drain, args=(link.socket,), daemon=True).start()
                end = time.monotonic() + self.SECONDS
                for visitor in visitors:
                    peers.send_while(visitor, lambda: bytes(65536), max(0.05, (end - time.monotonic()) / count))
                link.close()
                for visitor in visitors:
                    visitor.close()

    @staticmethod
    def drain(link):
        with contextlib.suppress(OSError):
            while link.recv(1 << 18):
                pass

    def test_acknowledges_too_much_and_stops_visitors(self):
        """Claims of progress beyond what was sent; ends of half a stream with a full window."""
        with self.unharmed("false progress"):
            link, visitors = self.link(), self.visitors(4)
            for sid in self.opened(link, 4):
                for kib in (0, 2**31, 2**32, 2**63, 2**64, 10**30, -5):
                    link.socket.sendall(peers.taken(sid, kib))
            for visitor in visitors:
                peers.send_while(visitor, lambda: bytes(65536), 0.3)
            link.close()
        with self.unharmed("reads no more") as crowd:
            link, visitors = self.link(), self.visitors(4)
            sids = self.opened(link, 4)
            for visitor in visitors:
                peers.send_while(visitor, lambda: bytes(65536), 0.2)
            for sid in sids:
                link.socket.sendall(peers.chunk([f"SID: {sid}", "EOF: 1W"], b"Bye!"))
            cpu = harness.wait_for("visitors", lambda: crowd.whole() > 20) and Peak(self.process)
            with cpu:
                time.sleep(0.5)
            self.assertLess(cpu.after.cpu - cpu.before.cpu, 0.4, "spins")
            link.close()
            for visitor in visitors:
                visitor.close()

    def test_greetings(self):
        """Before there is a link: endless greetings, thousands of kites, wrong proofs."""
        lines = b"X-PageKite: http:%s:%s::\r\n" % (EVIL.encode(), peers.salt().encode())
        count = size(20, 400)
        with self.unharmed(f"endless greetings, and {count} with 500 kites each", bound=self.BOUND + count // 4):
            for begin, more in ((b"CONNECT PageKite:1 HTTP/1.0\r\n", lines), (b"CONNECT PageKite:1 HTTP/1.0\r\n", b"X: " + b"y" * 1000 + b"\r\n"),
                                (b"CONNECT PageKite:1 HTTP/1.0\r\nX: ", b"y" * 4096),
                                (b"GET /~:PageKite:~/v0.8 HTTP/1.1\r\nUpgrade: websocket\r\n", lines)):
                link = socket.create_connection(("127.0.0.1", self.port), 20)
                link.sendall(begin)
                _, sent, ended = peers.send_while(link, lambda: more, 20)  # noqa: B023 - used at once
                self.assertTrue(ended, f"{begin!r} and {sent} bytes")
                link.close()
            links = []
            for n in range(count):
                link = socket.create_connection(("127.0.0.1", self.port), 20)
                link.sendall(peers.request([(f"http:x{n}y{k}.kite.test", peers.salt(), "", "") for k in range(500)]))
                links.append(link)
            for link in links:
                link.close()
        self.assertEqual(SECRET in self.process.said(), False)


harness.main()
