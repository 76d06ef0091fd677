"""1,000 kites on 1,000 links and 5,000 visitors who came and stay, on one relay process: what it takes, and how soon a new
visitor is answered beside them."""
import selectors
import socket
import statistics
import threading
import time

import peers
from load import LoadTest, Vitals, allow_descriptors, harness, size, told, wait_for
from tokens import TokenOrigin, TokenVisitor, body_of


class ManyLinks:
    """A link for each kite, served from one thread: proves them, answers pings and visitors."""

    def __init__(self, port, count):
        self.port, self.selector = port, selectors.DefaultSelector()
        self.flying, self.failures, self.stopped = 0, [], False
        self.links = {}
        self.waiting = list(range(count))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopped:
            while self.waiting and len(self.links) - self.flying < 50:
                self._dial(self.waiting.pop(0))
            for key, _ in self.selector.select(0.2):
                self._read(key.fileobj, *key.data)
        for link in self.links.values():
            link.close()

    def _dial(self, number):
        link = socket.create_connection(("127.0.0.1", self.port), 20)
        link.sendall(peers.request([(f"http:k{number}.kite.test", peers.salt(), "", "")]))
        self.links[number] = link
        self.selector.register(link, selectors.EVENT_READ, (number, peers.Chunks(), bytearray()))

    def _read(self, link, number, chunks, head):
        try:
            part = link.recv(1 << 16)
        except OSError as failure:
            part = b""
            self.failures.append(repr(failure))
        if not part:
            self.failures.append(f"link {number} ended")
            self.selector.unregister(link)
            return
        if chunks is not None and b"\r\n\r\n" not in head:
            head += part
            if b"\r\n\r\n" not in head:
                return
            reply, _, part = bytes(head).partition(b"\r\n\r\n")
            link.sendall(peers.chunk(["NOOP: 1", *peers.kite_lines(peers.proofs(reply.decode("latin1")))], b"!"))
        for fields, data in chunks.feed(part):
            self._take(link, fields, data)

    def _take(self, link, fields, data):
        if "ping" in fields:
            link.sendall(peers.chunk(["NOOP: 1", f"PONG: {fields['ping']}"], b"!"))
        elif "x-pagekite-ok" in fields:
            self.flying += 1
        elif "eof" in fields:
            link.sendall(peers.end_chunk(fields["sid"]))
        elif "proto" in fields:
            token, count = data.split(b" ")[1].decode().strip("/").split("/")
            link.sendall(peers.data_chunk(fields["sid"], b"HTTP/1.1 200 OK\r\nX-Token: %s\r\nContent-Length: %s\r\n\r\n"
                                          % (token.encode(), count.encode()) + body_of(token, int(count))))

    def close(self):
        self.stopped = True
        self.thread.join()


class ThousandKites(LoadTest):
    LINKS, VISITORS = size(60, 1000), size(200, 5000)

    def median_of_new_visitors(self, port, count):
        """From connecting to the whole answer, each on a connection of its own, through a real connector."""
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            self.assertEqual(TokenVisitor(port, "a.kite.test").ask(size=100, keep=False), 200)
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    def test_kites_and_visitors(self):
        allow_descriptors(2 * (self.LINKS + self.VISITORS) + 1000)
        server = TokenOrigin()
        self.addCleanup(server.shutdown)
        relay, port = self.relay()
        self.connector(port, str(server.port), "a.kite.test")
        self.wait_kite(port, "a.kite.test", path="/t0/1")
        self.median_of_new_visitors(port, 50)
        empty = Vitals(relay.pid)
        alone = self.median_of_new_visitors(port, size(50, 300))

        begun = time.monotonic()
        links = ManyLinks(port, self.LINKS)
        self.addCleanup(links.close)
        wait_for(f"{self.LINKS} kites", lambda: links.flying == self.LINKS or links.failures)
        self.assertEqual((links.flying, links.failures[:3]), (self.LINKS, []))
        flying = Vitals(relay.pid)
        print(f"\n  {self.LINKS} links in {time.monotonic() - begun:.1f} s")
        told(f"relay, {self.LINKS} links", empty, flying)

        begun = time.monotonic()
        visitors = [TokenVisitor(port, f"k{n % self.LINKS}.kite.test", seed=n) for n in range(self.VISITORS)]
        self.addCleanup(lambda: [visitor.close() for visitor in visitors])
        for visitor in visitors:
            self.assertEqual(visitor.ask(size=200), 200)
        print(f"  {self.VISITORS} visitors, answered once and idle, in {time.monotonic() - begun:.1f} s")
        full = Vitals(relay.pid)
        told(f"relay, {self.VISITORS} visitors more", flying, full)
        print(f"  {(flying.pss - empty.pss) / self.LINKS:.1f} KiB a link, {(full.pss - flying.pss) / self.VISITORS:.1f} KiB an idle visitor")

        beside = self.median_of_new_visitors(port, size(50, 300))
        print(f"  new visitor: median {alone * 1e3:.2f} ms alone, {beside * 1e3:.2f} ms beside them: {beside / alone:.2f} times")
        resting = Vitals(relay.pid)
        time.sleep(size(0.5, 10))
        rested = Vitals(relay.pid)
        print(f"  at rest: {(rested.cpu - resting.cpu) / (rested.at - resting.at) * 100:.2f} % of a processor")
        self.assertEqual(links.failures, [])
        if not harness.SANITIZED:
            self.assertLess((full.pss - empty.pss) / 1024, 16 + (self.LINKS * 40 + self.VISITORS * 20) / 1024)
        if size(0, 1):
            self.assertLess(beside / alone, 2.0)
        for visitor in visitors:
            visitor.close()
        wait_for("visitors gone", lambda: Vitals(relay.pid).descriptors <= flying.descriptors + 2)
        links.close()
        self.descriptors_back(relay, empty, spare=2)
        self.still_runs(relay)
        told("relay, everybody gone", empty, Vitals(relay.pid))


harness.main()
