"""Debian's pagekite.py as connector at our relay: with and without compression, and in TLS."""
import hashlib
import socket
import threading

import harness
from harness import EndToEnd
from wiretap import Wiretap

VISITORS = 200


class ConnectorOfPagekite(EndToEnd):
    connector_options = []
    relay_options = []
    down_bytes, up_bytes = 300_000_000, 50_000_000

    def start_relay(self, *options):
        """The port for its connector."""
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--protos=http,https,raw,websocket",
                               "--rawports=virtual", "--domain=*:*.kite.test:s3cret", *self.relay_options, *options, "--json")
        self.relay_port = self.relay.wait_event("listening", role="relay")["port"]
        return self.relay_port

    def setUp(self):
        super().setUp()
        link_port = self.start_relay()
        self.server, self.raw = self.origin(), self.echo()
        self.connector = self.pagekite(
            f"--frontend=127.0.0.1:{link_port}", *self.connector_options,
            f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=websocket:a.kite.test:localhost:{self.server.port}:s3cret",
            f"--service_on=raw-22:a.kite.test:localhost:{self.raw.port}:s3cret")
        self.wait_kite(self.relay_port, "a.kite.test", seconds=120)
        self.url = f"http://127.0.0.1:{self.relay_port}"

    def visitor(self, path):
        visitor = socket.create_connection(("127.0.0.1", self.relay_port), 240)
        self.addCleanup(visitor.close)
        visitor.sendall(f"GET {path} HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n".encode())
        return visitor

    def answer(self, visitor):
        with visitor.makefile("rb") as stream:
            head, _, body = stream.read().partition(b"\r\n\r\n")
        return head.split(b"\r\n")[0], body

    def hello(self, path):
        return b"HTTP/1.1 200 OK", f"hello from {self.server.port} path {path}\n".encode()

    def test_many_visitors_at_once(self):
        self.server.gathering = threading.Barrier(VISITORS)
        visitors = {path: self.visitor(path) for path in (f"/together/{n}" for n in range(VISITORS))}
        for path, visitor in visitors.items():
            self.assertEqual(self.answer(visitor), self.hello(path))
        self.assertEqual(len(self.relay.events("flying")), 3)  # on the link that they began on

    def test_bulk_both_ways(self):
        self.assertEqual(self.curl_sha256(f"{self.url}/bytes/{self.down_bytes}", host="a.kite.test", seconds=1200),
                         self.server.sha256_of(self.down_bytes))
        upload = self.folder / "upload"
        upload.write_bytes(harness.pattern(self.up_bytes, seed=3))
        status, digest = self.curl(f"{self.url}/upload", "--data-binary", f"@{upload}", "-H", "Expect:",
                                   host="a.kite.test", seconds=1200)[1:]
        self.assertEqual((status, digest.decode()), (200, hashlib.sha256(upload.read_bytes()).hexdigest()))

    def test_half_close(self):
        visitor = self.visitor("/late")
        visitor.shutdown(socket.SHUT_WR)
        self.assertEqual(self.answer(visitor), self.hello("/late"))

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


class ConnectorOfPagekiteInTls(ConnectorOfPagekite):
    """It asks for the relay's name by CONNECT and checks the certificate."""
    down_bytes, up_bytes = 5_000_000, 1_000_000

    def start_relay(self, *options):
        self.pem, _ = self.certificate("relay.kite.test")
        self.connector_options = self.ways_to_trust()
        self.tap = Wiretap(super().start_relay(f"--tls_endpoint=relay.kite.test:{self.pem}", *options))
        self.addCleanup(self.tap.close)
        return self.tap.port

    def ways_to_trust(self):
        return ["--fe_certname=relay.kite.test", f"--ca_certs={self.pem}"]

    def first_bytes_in_tls(self):
        link, = self.tap.begun_by(b"CONNECT ")
        head, _, hello = link.up.partition(b"\r\n\r\n")
        self.assertEqual(head.split(b"\r\n")[0], b"CONNECT relay.kite.test:443 HTTP/1.1")
        answer = b"HTTP/1.0 200 Connection Established\r\n\r\n"
        self.assertEqual(link.down[:len(answer)], answer)
        return hello

    def test_nothing_of_the_link_is_in_clear(self):
        hello = self.first_bytes_in_tls()
        self.assertEqual(hello[0], 0x16)
        self.assertNotIn(b"relay.kite.test", hello)  # no SNI
        for talk in self.tap.talks:
            self.assertNotIn(b"X-PageKite:", talk.up)

    def test_its_pings_on_the_same_port_are_in_clear(self):
        for ping in self.tap.begun_by(b"HEAD /ping "):
            self.assertRegex(ping.down, rb"^HTTP/1\.1 503 Unavailable\r\nX-PageKite-UUID: [0-9a-f]{40}\r\n")
        self.assertTrue(self.tap.begun_by(b"HEAD /ping "))


class ConnectorOfPagekiteInUncheckedTls(ConnectorOfPagekiteInTls):
    """It begins by a hello without a name."""
    relay_options = ["--tls_default=relay.kite.test"]

    def ways_to_trust(self):
        return ["--fe_nocertcheck"]

    def first_bytes_in_tls(self):
        link, = self.tap.begun_by(b"\x16")
        return link.up


harness.main()
