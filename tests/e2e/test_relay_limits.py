"""What one guest of a relay may have, and what all may have together."""
import pathlib
import socket
import time

import harness
from harness import free_port, wait_for
from relays import RelayOperation


class Limits(RelayOperation):
    def test_one_address_does_not_get_everything(self):
        metrics, server = free_port(), self.origin()
        relay = self.relay("--max_visitors_per_address=3", "--max_links_per_address=1", f"--metrics={metrics}",
                           "--trusted_proxy=127.0.0.2")
        self.connector(relay.port, server).wait_event("flying")
        self.connector(relay.port, server, name="b.kite.test").wait_event("down", reason="unreachable")
        idle = [socket.create_connection(("127.0.0.1", relay.port), 10) for _ in range(3)]
        for visitor in idle:
            self.addCleanup(visitor.close)

        def count(reason):
            _, _, body = self.curl(f"http://127.0.0.1:{metrics}/metrics")
            return int(body.decode().split(f'refused_total{{reason="{reason}"}} ')[1].split()[0])

        def refused():
            with socket.create_connection(("127.0.0.1", relay.port), 10) as fourth:
                return fourth.recv(1) == b""
        self.assertTrue(refused())
        self.assertGreater(count("visitors-per-address"), 0)
        self.assertGreater(count("links-per-address"), 0)
        wait_for("the operator hears why",
                 lambda: any("visitors-per-address for 127.0.0.1" in line for line in relay.error_lines))
        # a proxy stands for many: whom it brings is counted
        code, status, _ = self.curl(f"http://127.0.0.1:{relay.port}/", "--interface", "127.0.0.2", "--header",
                                    "X-Forwarded-For: 192.0.2.7", host="a.kite.test")
        self.assertEqual(status, 200)
        for visitor in idle:
            visitor.close()
        self.wait_kite(relay.port, "a.kite.test")


    def test_few_descriptors(self):
        metrics, port, server = free_port(), free_port(), self.origin()
        relay = self.start("bash", "-c", 'ulimit -n 128; exec "$@"', "sh", harness.KITE, "--clean", "--isfrontend",
                           "--host=127.0.0.1", f"--ports={port}", "--workers=1", "--domain=*:*.kite.test:s3cret",
                           f"--metrics={metrics}", "--json")
        relay.wait_event("listening")
        self.connector(port, server).wait_event("flying")
        crowd = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(150)]
        for visitor in crowd:
            self.addCleanup(visitor.close)

        def refused():
            _, _, body = self.curl(f"http://127.0.0.1:{metrics}/metrics")
            return int(body.decode().split('refused_total{reason="connections"} ')[1].split()[0])
        wait_for("the rest is refused", lambda: refused() >= 90)  # and the counts have a descriptor, still

        def busy():
            return sum(map(int, pathlib.Path(f"/proc/{relay.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        before = busy()
        time.sleep(1)
        self.assertLess(busy() - before, 50)  # of 100 ticks a second: it does not spin
        for visitor in crowd:
            visitor.close()
        self.wait_kite(port, "a.kite.test")

    def test_visitors_who_take_nothing_do_not_fill_the_memory(self):
        metrics, server = free_port(), self.origin()
        relay = self.relay("--max_memory=4", "--workers=2", f"--metrics={metrics}")
        self.connector(relay.port, server).wait_event("flying")
        before = relay.peak_kib()
        stalled = []
        for _ in range(60):  # each would fill a window of 1 MiB
            visitor = socket.socket()
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visitor.connect(("127.0.0.1", relay.port))
            visitor.sendall(b"GET /bytes/50000000 HTTP/1.1\r\nHost: a.kite.test\r\n\r\n")
            self.addCleanup(visitor.close)
            stalled.append(visitor)

        def counts():
            _, _, body = self.curl(f"http://127.0.0.1:{metrics}/metrics")
            return {line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1])
                    for line in body.decode().splitlines() if not line.startswith("#")}
        wait_for("some are cut off", lambda: counts()['kite_relay_refused_total{reason="cut-off"}'] >= 10)
        now = counts()
        self.assertEqual(now["kite_relay_buffer_limit_bytes"], 4_000_000)
        wait_for("what waits is near the limit", lambda: counts()["kite_relay_buffered_bytes"] < 6_000_000)
        wait_for("the operator hears why", lambda: any("limit reached: cut-off" in line for line in relay.error_lines))
        self.wait_kite(relay.port, "a.kite.test")  # who takes what it gets is served
        if not harness.SANITIZED:  # which keep what was given back
            self.assertLess(relay.peak_kib() - before, 40_000)


harness.main()
