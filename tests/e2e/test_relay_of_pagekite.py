"""Our connector at the relay of Debian's pagekite.py: plain links, every kind of traffic of this issue."""
import hashlib

import harness
from harness import EndToEnd, free_port, parallel, wait_for


class RelayOfPagekite(EndToEnd):
    options = []

    def setUp(self):
        super().setUp()
        self.relay_port = free_port()
        self.relay = self.pagekite(
            "--isfrontend", "--host=127.0.0.1", f"--ports={self.relay_port}", "--protos=http,https,raw,websocket",
            "--rawports=virtual", "--domain=*:*.kite.test:s3cret")
        wait_for("pagekite's relay listens", lambda: harness.answers(self.relay_port))
        self.server, self.raw = self.origin(), self.echo()
        self.connector = self.kite(
            "--clean", f"--frontend=127.0.0.1:{self.relay_port}", *self.options,
            f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=websocket:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=raw-22:a.kite.test:localhost:{self.raw.port}:s3cret", "--json")
        self.connector.wait_event("flying")
        self.wait_kite(self.relay_port, "a.kite.test")
        self.url = f"http://127.0.0.1:{self.relay_port}"

    def test_small_and_parallel_requests(self):
        status, body = self.curl(f"{self.url}/hello", host="a.kite.test")[1:]
        self.assertEqual((status, body), (200, f"hello from {self.server.port} path /hello\n".encode()))

        def ask(n):
            return self.curl(f"{self.url}/n{n}", host="a.kite.test", seconds=120)[1:]
        answers = parallel(100, ask)
        self.assertEqual(answers, [(200, f"hello from {self.server.port} path /n{n}\n".encode()) for n in range(100)])

    def test_bulk_both_ways(self):
        self.assertEqual(self.curl_sha256(f"{self.url}/bytes/{300_000_000}", host="a.kite.test"),
                         self.server.sha256_of(300_000_000))
        upload = self.folder / "upload"
        upload.write_bytes(harness.pattern(50_000_000, seed=3))
        status, digest = self.curl(f"{self.url}/upload", "--data-binary", f"@{upload}", "-H", "Expect:", host="a.kite.test")[1:]
        self.assertEqual((status, digest.decode()), (200, hashlib.sha256(upload.read_bytes()).hexdigest()))

    def test_websocket_and_raw(self):
        self.websocket_echo(self.relay_port, "a.kite.test", harness.pattern(200_000))
        self.raw_echo(self.relay_port, "a.kite.test", 22, harness.pattern(300_000))

    def test_text_comes_through_compression_unharmed(self):
        got = self.curl_sha256(f"{self.url}/text/{3_000_000}", host="a.kite.test")
        self.assertEqual(got, hashlib.sha256((b"All work and no play. " * (3_000_000 // 22 + 1))[:3_000_000]).hexdigest())


class RelayOfPagekiteWithoutCompression(RelayOfPagekite):
    """`--nozchunks` also means the handshake that reconnects."""
    options = ["--nozchunks"]


harness.main()
