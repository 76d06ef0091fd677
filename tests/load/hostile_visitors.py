"""Visitors that only waste: slow-loris, silent ones, thousands that come and go, half of TLS. At a relay and at kite share."""
import contextlib
import selectors
import socket
import struct
import time

from load import LoadTest, Peak, allow_descriptors, harness, size
from tokens import Crowd, TokenOrigin

HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200))  # says 512 bytes, has 211


def connect(port):
    visitor = socket.socket()
    visitor.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        visitor.connect(("127.0.0.1", port))
    return visitor


class Loris:
    """Many connections that send a byte a second; counts those that were ended by the other side."""

    def __init__(self, port, count, head):
        self.head, self.ended, self.begun = head, 0, time.monotonic()
        self.selector = selectors.DefaultSelector()
        for _ in range(count):
            self.selector.register(connect(port), selectors.EVENT_READ)
            if len(self.selector.get_map()) % 100 == 0:
                time.sleep(0.01)  # within the listener's backlog
        self.left = count

    def run(self, seconds):
        end, at = time.monotonic() + seconds, 0
        while self.left and time.monotonic() < end:
            tick = time.monotonic() + 1
            for key in list(self.selector.get_map().values()):
                with contextlib.suppress(OSError):
                    key.fileobj.send(self.head[at % len(self.head):][:1])
            at += 1
            while self.left and (wait := tick - time.monotonic()) > 0:
                for key, _ in self.selector.select(wait):
                    self._look(key.fileobj)

    def _look(self, visitor):
        try:
            if visitor.recv(65536):
                return  # an answer; its end follows
        except BlockingIOError:
            return
        except OSError:
            pass
        self.ended += 1
        self.left -= 1
        self.selector.unregister(visitor)
        visitor.close()

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


class HostileVisitors(LoadTest):
    LORIS = size(150, 2000)
    DROPS = size(600, 10_000)

    def setUp(self):
        super().setUp()
        allow_descriptors(4 * self.LORIS + 2000)
        self.server = TokenOrigin()
        self.addCleanup(self.server.shutdown)

    def at_relay(self):
        pem, _ = self.certificate("relay.kite.test")
        relay, port = self.relay(f"--tls_endpoint=relay.kite.test:{pem}")
        self.connector(port, str(self.server.port), "a.kite.test")
        self.wait_kite(port, "a.kite.test", path="/t0/1")
        return relay, port, "a.kite.test"

    @contextlib.contextmanager
    def unharmed(self, process, port, host, what, bound):
        with Peak(process) as peak, Crowd(port, [host], count=3, sizes=(10, 40_000), pause=0.02, patience=20) as crowd:
            yield crowd
            harness.wait_for("visitors beside", lambda: crowd.whole() >= 10)
        self.still_runs(process)
        print(f"  {what}: others {crowd.told()}; {peak.grew():+.1f} MiB at most, "
              f"{peak.after.cpu - peak.before.cpu:.2f} s CPU in {peak.after.at - peak.before.at:.1f} s")
        self.assertEqual((crowd.harm, set(crowd.outcomes)), ([], {"whole"}))
        if not harness.SANITIZED:
            self.assertLess(peak.grew(), bound)
        self.descriptors_back(process, peak.before, seconds=40)

    def loris(self, process, port, host):
        """Heads have 20 s: later nobody of them is left."""
        for what, head in (("head", b"GET / HTTP/1.1\r\nHost: a.kite.test\r\nX: " + b"y" * 100), ("ClientHello", HELLO),
                           ("greeting", b"CONNECT PageKite:1 HTTP/1.0\r\nX-PageKite-Version: 1\r\n" + b"x" * 100)):
            with self.unharmed(process, port, host, f"{self.LORIS} times a byte a second of a {what}", bound=size(16, 48)):
                loris = Loris(port, self.LORIS, head)
                loris.run(size(1.5, 30))
                print(f"  {loris.ended} of {self.LORIS} ended by us within {time.monotonic() - loris.begun:.1f} s")
                if size(0, 1):
                    self.assertEqual(loris.left, 0)
                loris.close()

    def drops(self, process, port, host):
        for what, first, reset in (("opened and dropped", b"", False), ("opened and reset", b"", True),
                                   ("half a ClientHello", HELLO[:100], False), ("half a head", b"GET / HTTP/1.1\r\nHo", True),
                                   ("a request, not waited for", b"GET /t0/100000 HTTP/1.1\r\nHost: %s\r\n\r\n" % host.encode(), True)):
            with self.unharmed(process, port, host, f"{self.DROPS} {what}", bound=48) as others:
                for wave in range(0, self.DROPS, 200):
                    served = others.whole()
                    crowd = [connect(port) for _ in range(min(200, self.DROPS - wave))]
                    for visitor in crowd:
                        self.leave(visitor, first, reset)
                    # no faster than the origin, which is slower than what stands before it
                    harness.wait_for("visitors beside", lambda: others.whole() > served)

    @staticmethod
    def leave(visitor, first, reset):
        with contextlib.suppress(OSError):
            if first:
                visitor.send(first)
            if reset:
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visitor.close()

    def test_slow_loris_at_a_relay(self):
        self.loris(*self.at_relay())

    def test_come_and_go_at_a_relay(self):
        self.drops(*self.at_relay())

    def share(self):
        folder = self.folder / "site"
        folder.mkdir()
        (folder / "index.html").write_text("front page\n")
        kite = self.kite("share", folder, "--json")
        kite.wait_event("listening", role="share")
        host, _, port = kite.wait_event("flying")["url"].removeprefix("http://").strip("/").partition(":")
        self.wait_kite(int(port), host)
        return kite, int(port), host

    @contextlib.contextmanager
    def share_unharmed(self, kite, port, host, what, bound):
        with Peak(kite) as peak:
            yield
            for _ in range(20):
                code, status, body = self.curl(f"http://127.0.0.1:{port}/", host=host, seconds=20)
                self.assertEqual((code, status, body), (0, 200, b"front page\n"), what)
        self.still_runs(kite)
        print(f"  {what} at kite share: {peak.grew():+.1f} MiB at most, {peak.after.cpu - peak.before.cpu:.2f} s CPU")
        if not harness.SANITIZED:
            self.assertLess(peak.grew(), bound)
        self.descriptors_back(kite, peak.before, seconds=40)

    def test_kite_share(self):
        kite, port, host = self.share()
        for what, head in (("head", b"GET / HTTP/1.1\r\nHost: %s\r\nX: " % host.encode() + b"y" * 100), ("ClientHello", HELLO)):
            with self.share_unharmed(kite, port, host, f"{self.LORIS} times a byte a second of a {what}", bound=size(16, 48)):
                loris = Loris(port, self.LORIS, head)
                loris.run(size(1.5, 30))
                if size(0, 1):
                    self.assertEqual(loris.left, 0)
                code, status, _ = self.curl(f"http://127.0.0.1:{port}/", host=host, seconds=20)
                self.assertEqual((code, status), (0, 200))
                loris.close()
        for what, first, reset in (("opened and dropped", b"", False), ("half a ClientHello", HELLO[:100], True),
                                   ("a request, not waited for", b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % host.encode(), True)):
            with self.share_unharmed(kite, port, host, f"{self.DROPS} {what}", bound=48):
                for wave in range(0, self.DROPS, 200):
                    for visitor in [connect(port) for _ in range(min(200, self.DROPS - wave))]:
                        self.leave(visitor, first, reset)


harness.main()
