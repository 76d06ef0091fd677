"""One slow visitor, killed relays, silent links."""
import socket
import statistics
import time

import harness
from harness import EndToEnd, Forwarder, free_port, wait_for


class FlowAndRecovery(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.origin()

    def relay(self, port):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}", "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")
        return relay

    def connector(self, port):
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}",
                         f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret", "--json")
        kite.wait_event("flying")
        return kite

    def median_of_small_requests(self, port, count=60):
        """Over one keep-alive connection, in seconds."""
        times = []
        with socket.create_connection(("127.0.0.1", port), 60) as visitor:
            for _ in range(count):
                begun = time.perf_counter()
                visitor.sendall(b"GET /small HTTP/1.1\r\nHost: a.kite.test\r\n\r\n")
                got = b""
                while b"path /small\n" not in got:
                    part = visitor.recv(4096)
                    self.assertTrue(part, f"closed after {got!r}")
                    got += part
                times.append(time.perf_counter() - begun)
        return statistics.median(times)

    def test_a_visitor_that_stops_reading_slows_nobody(self):
        port = free_port()
        relay, kite = self.relay(port), self.connector(port)
        self.median_of_small_requests(port, 10)
        quiet = self.median_of_small_requests(port)
        with socket.create_connection(("127.0.0.1", port), 60) as stalled:
            stalled.sendall(b"GET /bytes/1073741824 HTTP/1.1\r\nHost: a.kite.test\r\n\r\n")
            got = 0
            while got < 100 << 20:  # well under way, then no more
                got += len(stalled.recv(1 << 20))
            beside = []

            def unharmed():  # a noisy machine may spoil one series, a slowed link spoils all
                beside.append(self.median_of_small_requests(port))
                return beside[-1] <= 2 * quiet
            wait_for("small requests within 2x of idle", unharmed)
            print(f"small requests: median {quiet * 1e3:.3f} ms alone, {beside[-1] * 1e3:.3f} ms beside a stalled download "
                  f"({len(beside)} series); peak {relay.peak_kib()} KiB relay, {kite.peak_kib()} KiB connector")
            if not harness.SANITIZED:
                self.assertLess(relay.peak_kib(), 64 * 1024)
                self.assertLess(kite.peak_kib(), 64 * 1024)

    def test_killed_relay_that_comes_back(self):
        port = free_port()
        relay, kite = self.relay(port), self.connector(port)
        self.wait_kite(port, "a.kite.test")
        relay.kill()
        kite.wait_event("down", reason="link-lost")
        self.relay(port)
        begun = time.monotonic()
        self.wait_kite(port, "a.kite.test")
        print(f"back {time.monotonic() - begun:.2f} s after the relay")

    def test_link_that_falls_silent(self):
        """As if all packets were dropped: the connector notices, dials anew, and replaces its stale self."""
        port = free_port()
        self.relay(port)
        path = Forwarder(port)
        self.addCleanup(path.close)
        kite = self.connector(path.port)
        self.wait_kite(port, "a.kite.test")
        path.freeze()
        begun = time.monotonic()
        kite.wait_event("down", seconds=120)
        kite.wait_event("flying", after=1, seconds=120)
        self.wait_kite(port, "a.kite.test")
        print(f"back {time.monotonic() - begun:.1f} s after the link fell silent")


harness.main()
