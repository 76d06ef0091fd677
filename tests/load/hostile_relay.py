"""A relay that misbehaves towards our connector: the process stays up and small, and serves by another relay meanwhile."""
import contextlib
import itertools
import selectors
import socket
import threading
import time

import attacks
import peers
from load import LoadTest, Peak, allow_descriptors, harness, size
from tokens import Crowd, TokenOrigin

HOST = "a.kite.test"


class Sink:
    """A target that takes any number of connections; it reads them, or never does."""

    def __init__(self, reads):
        self.selector, self.stopped, self.accepted = selectors.DefaultSelector(), False, 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port = self.listener.getsockname()[1]
        self.listener.setblocking(False)
        if reads:
            self.selector.register(self.listener, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopped:
            for key, _ in self.selector.select(0.2):
                with contextlib.suppress(OSError):
                    self._look(key.fileobj)

    def _look(self, ready):
        if ready is self.listener:
            visitor, _ = self.listener.accept()
            visitor.setblocking(False)
            self.accepted += 1
            self.selector.register(visitor, selectors.EVENT_READ)
            return
        try:
            over = not ready.recv(1 << 16)
        except ConnectionError:
            over = True
        if over:
            self.selector.unregister(ready)
            ready.close()

    def close(self):
        self.stopped = True
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.listener.close()


class HostileRelay(LoadTest):
    SECONDS = size(0.5, 15.0)
    BOUND = 32  # MiB more, where nothing else is said

    def setUp(self):
        super().setUp()
        allow_descriptors(16_384)
        self.more = ()
        self.server = TokenOrigin()
        self.addCleanup(self.server.shutdown)
        self.process, self.port = self.relay()

    def sink(self, reads=True):
        """Flies as sink.kite.test."""
        sink = Sink(reads)
        self.addCleanup(sink.close)
        self.more = ("AND", str(sink.port), "sink.kite.test")
        return sink

    def attack(self, what, script, bound=None, patience=20, descriptors=40):
        """The same connector flies at a good relay and at this one. script(link) is called for each link until time is over.
        @param descriptors within how many seconds they are back; 0: not looked at"""
        over, began = threading.Event(), threading.Event()

        def run(link, kites):
            began.set()
            if not over.is_set():
                script(link)
            over.wait(0.05)
        evil = peers.ScriptedRelay(run)
        kite = self.connector([self.port, evil.port], str(self.server.port), HOST, *self.more)
        self.wait_kite(self.port, HOST, path="/t0/1")
        with Peak(kite) as peak, Crowd(self.port, [HOST], count=3, sizes=(10, 40_000), pause=0.01, patience=patience) as crowd:
            self.assertTrue(began.wait(20))
            time.sleep(self.SECONDS + 0.2)
            harness.wait_for("visitors by the other relay", lambda: crowd.whole() >= 10)
            over.set()
        evil.close()
        self.still_runs(kite, self.process)
        print(f"  {what}: {evil.links} links; by the other relay {crowd.told()}; connector {peak.grew():+.1f} MiB at most, "
              f"{peak.after.cpu - peak.before.cpu:.2f} s CPU in {peak.after.at - peak.before.at:.1f} s")
        self.assertEqual((crowd.harm, set(crowd.outcomes), self.server.mixed), ([], {"whole"}, []), what)
        if not harness.SANITIZED:
            self.assertLess(peak.grew(), bound or self.BOUND, what)
        if descriptors:
            self.descriptors_back(kite, peak.before, seconds=descriptors)
        kite.stop()

    def flood(self, make, reading=True):
        return lambda link: peers.send_while(link, make, self.SECONDS, reading)

    def test_random_chunks(self):
        for seed in range(size(1, 4)):
            self.attack(f"random chunks, seed {seed}", self.flood(attacks.Salad(seed, broken=0.0001)))

    def test_floods(self):
        for what, make in {"unknown streams": attacks.UNKNOWN, "ends": attacks.ENDS, "pings": attacks.PINGS, "long pings": attacks.LONG_PINGS,
                           "openings with bad heads": attacks.BAD_OPENINGS, "kites that are not here": attacks.STRANGERS,
                           "empty chunks": attacks.TINY}.items():
            for reading in size((True,), (True, False)):
                self.attack(f"{what}{'' if reading else ', never reading'}", self.flood(make, reading), bound=96)

    def test_one_number_again_and_again(self):
        """Each is a connection to the target: as many at a time as a link may have streams."""
        sink = self.sink()
        self.attack("openings and closings of one number", self.flood(attacks.SAME_ID_AT_SINK), bound=96)
        print(f"  {sink.accepted} connections to the target")

    def test_visitors_without_end(self):
        """Openings whose request never becomes whole: no target is asked, and 10 000 streams is all a link may have."""
        self.attack("openings without a whole request", self.flood(attacks.UNFINISHED), bound=96)

    def test_streams_that_are_kept(self):
        """Whole requests, each a connection to the target, none ever ended or read."""
        count = size(200, 2000)
        self.sink()

        def keep(link):
            sids, request = itertools.count(1), attacks.REQUEST.replace(b"a.kite", b"sink.kite")
            peers.send_while(link, lambda: peers.opening(next(sids), "sink.kite.test", data=request), self.SECONDS, count=count)
            self.hold(link)
        self.attack(f"{count} streams, kept open", keep, bound=96)

    def test_downloads_that_are_never_read(self):
        """Big answers, a link that is not read: they stay at the target."""
        def never_read(link):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            request = f"GET /bytes/20000000 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
            sids = itertools.count(1)
            peers.send_while(link, lambda: peers.opening(next(sids), HOST, data=request), 5, reading=False, count=size(8, 40))
            self.hold(link)
        self.attack("downloads never read", never_read)

        def never_acknowledged(link):
            link.sendall(b"".join(peers.opening(sid, HOST, data=f"GET /bytes/20000000 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                                  for sid in range(1, size(8, 40))))
            peers.closed_within(link, self.SECONDS)
        self.attack("downloads never acknowledged", never_acknowledged)

    def hold(self, link):
        end = time.monotonic() + self.SECONDS
        with contextlib.suppress(OSError):
            while time.monotonic() < end:
                link.setblocking(True)
                link.sendall(peers.chunk(["NOOP: 1"], b"!"))
                time.sleep(0.2)

    def test_uploads_beyond_every_window(self):
        """Data for targets that read nothing."""
        self.sink(reads=False)
        count = size(6, 30)

        def push(link):
            head = b"POST /x/1 HTTP/1.1\r\nHost: sink.kite.test\r\nContent-Length: 9000000000\r\n\r\n"
            link.sendall(b"".join(peers.opening(sid, "sink.kite.test", data=head) for sid in range(1, count + 1)))
            sids = itertools.cycle(range(1, count + 1))
            peers.send_while(link, lambda: peers.data_chunk(next(sids), bytes(60_000)), self.SECONDS)
        self.attack(f"{count} uploads for targets that read nothing", push, bound=4 * count + self.BOUND,
                    descriptors=size(0, 260))  # what is left for a target waits for it for two minutes

    def test_what_ends_the_link(self):
        ended = []

        def run_all(link):
            what, begin = next(attacks_left, (None, None))
            if what is None:
                return
            parts = begin()
            ended.append((what, peers.send_while(link, lambda: next(parts), 20)[2]))
        attacks_left = iter(list(attacks.ENDS_THE_LINK.items())[:size(3, 11)])
        self.SECONDS = size(3, 120)
        self.attack("endless heads and huge sizes", run_all)
        self.assertGreaterEqual(len(ended), 2)
        self.assertEqual([what for what, over in ended if not over], [])

    def test_greetings(self):
        """Replies without end, of nonsense, and none at all."""
        for what, begin, more in (("endless reply", b"HTTP/1.1 200 OK\r\n", b"X-PageKite-OK: http:b.kite.test:abc\r\n"),
                                  ("endless line", b"HTTP/1.1 200 OK\r\nX: ", b"y" * 4096), ("no HTTP", b"", bytes(range(256)) * 16)):
            listener = socket.create_server(("127.0.0.1", 0))
            ends = []

            def answer():
                with contextlib.suppress(OSError):
                    while True:
                        link, _ = listener.accept()  # noqa: B023 - one at a time
                        with link, contextlib.suppress(OSError):
                            link.sendall(begin)  # noqa: B023
                            ends.append(peers.send_while(link, lambda: more, 10)[2])  # noqa: B023
            threading.Thread(target=answer, daemon=True).start()
            kite = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", f"--frontend=127.0.0.1:{listener.getsockname()[1]}",
                             "--kitesecret=s3cret", "--json", str(self.server.port), HOST)
            with Peak(kite) as peak:
                kite.wait_event("flying", relay=f"127.0.0.1:{self.port}")
                harness.wait_for(f"{what}: hangs up", lambda: ends)  # noqa: B023
            self.assertTrue(ends[0], what)
            print(f"  {what}: hung up; connector {peak.grew():+.1f} MiB at most")
            self.wait_kite(self.port, HOST, path="/t0/1")
            listener.close()
            kite.stop()


harness.main()
