"""Debian's pagekite.py as connector at our relay, with and without compression."""
import hashlib

import harness
from harness import EndToEnd, parallel


class ConnectorOfPagekite(EndToEnd):
    connector_options = []
    relay_options = []

    def setUp(self):
        super().setUp()
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--protos=http,https,raw,websocket",
                               "--rawports=virtual", "--domain=*:*.kite.test:s3cret", *self.relay_options, "--json")
        self.relay_port = self.relay.wait_event("listening", role="relay")["port"]
        self.server, self.raw = self.origin(), self.echo()
        self.connector = self.pagekite(
            f"--frontend=127.0.0.1:{self.relay_port}", *self.connector_options,
            f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=websocket:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=raw-22:a.kite.test:localhost:{self.raw.port}:s3cret")
        self.wait_kite(self.relay_port, "a.kite.test", seconds=120)
        self.url = f"http://127.0.0.1:{self.relay_port}"

    def test_small_and_parallel_requests(self):
        answers = parallel(100, lambda n: self.curl(f"{self.url}/n{n}", host="a.kite.test", seconds=240)[1:])
        self.assertEqual(answers, [(200, f"hello from {self.server.port} path /n{n}\n".encode()) for n in range(100)])

    def test_bulk_both_ways(self):
        self.assertEqual(self.curl_sha256(f"{self.url}/bytes/{300_000_000}", host="a.kite.test", seconds=1200),
                         self.server.sha256_of(300_000_000))
        upload = self.folder / "upload"
        upload.write_bytes(harness.pattern(50_000_000, seed=3))
        status, digest = self.curl(f"{self.url}/upload", "--data-binary", f"@{upload}", "-H", "Expect:",
                                   host="a.kite.test", seconds=1200)[1:]
        self.assertEqual((status, digest.decode()), (200, hashlib.sha256(upload.read_bytes()).hexdigest()))

    def test_websocket_and_raw(self):
        self.websocket_echo(self.relay_port, "a.kite.test", harness.pattern(200_000))
        self.raw_echo(self.relay_port, "a.kite.test", 22, harness.pattern(300_000))

    def test_the_relay_tells_who_arrives(self):
        self.relay.wait_event("flying", kite="http:a.kite.test")


class ConnectorOfPagekiteWithoutCompression(ConnectorOfPagekite):
    connector_options = ["--nozchunks"]


class RelayWithoutCompression(ConnectorOfPagekite):
    relay_options = ["--nozchunks"]

    def test_bulk_both_ways(self):
        got = self.curl_sha256(f"{self.url}/text/{3_000_000}", host="a.kite.test", seconds=600)
        self.assertEqual(got, hashlib.sha256((b"All work and no play. " * (3_000_000 // 22 + 1))[:3_000_000]).hexdigest())


harness.main()
