"""Visitors whom the relay of Debian's pagekite.py brings to our connector: whose they are, many at once, half closed, turned away."""
import json
import socket
import socketserver
import ssl
import threading

import harness
from harness import PATIENCE, Origin, OriginHandler, free_port, parallel, wait_for
from pagekiterelay import RelayOfPagekite

MANY = 200


class GatheringHandler(OriginHandler):
    """/together/N: answered when MANY have asked; /late: when the test says so; /fields: what was asked."""

    def do_GET(self):
        kind, _, rest = self.path.strip("/").partition("/")
        if kind == "together":
            self.server.together.wait(PATIENCE)
            return self._answer(200, body_of(rest))
        if kind == "late":
            self.server.late.wait(PATIENCE)
            return self._answer(200, b"late")
        if kind == "fields":
            return self._answer(200, json.dumps([self.path, *self.headers.items()]).encode())
        return super().do_GET()


class GatheringOrigin(Origin):
    request_queue_size = 2 * MANY

    def __init__(self):
        super().__init__()
        self.RequestHandlerClass = GatheringHandler
        self.together, self.late = threading.Barrier(MANY), threading.Event()


class Farewell(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Says all that it has to say, and only then listens."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        self.heard = []

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.sendall(b"that is all\n")
                self.request.shutdown(socket.SHUT_WR)
                got = b""
                while part := self.request.recv(1 << 16):
                    got += part
                self.server.heard.append(got)
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


def body_of(token):
    return (token + " ").encode() * (64_000 // (len(token) + 1))


def read_all(visitor):
    got = b""
    while part := visitor.recv(1 << 16):
        got += part
    return got


class VisitorsAtPagekite(RelayOfPagekite):
    def setUp(self):
        super().setUp()
        self.server = GatheringOrigin()
        self.addCleanup(self.server.shutdown)

    def visitor(self, port=None):
        visitor = socket.create_connection(("127.0.0.1", port or self.port), PATIENCE)
        self.addCleanup(visitor.close)
        return visitor

    def test_many_at_once(self):
        """Each answer comes when all have asked, all of them together, and to whom it belongs."""
        kite = self.fly(("http:a.kite.test", self.server.port))
        visitors = [self.visitor() for _ in range(MANY)]
        for n, visitor in enumerate(visitors):
            visitor.sendall(f"GET /together/n{n} HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n".encode())
        answers = parallel(MANY, lambda n: read_all(visitors[n]).partition(b"\r\n\r\n")[2])
        self.assertEqual([n for n in range(MANY) if answers[n] != body_of(f"n{n}")], [])
        self.assertEqual(len(self.wire.links()), 1)
        self.assertEqual(kite.events("down"), [])

    def test_a_visitor_that_said_all_gets_the_whole_answer(self):
        self.fly(("http:a.kite.test", self.server.port), ("raw-22:a.kite.test", self.echo().port))
        visitor = self.visitor()
        visitor.sendall(b"GET /late HTTP/1.1\r\nHost: a.kite.test\r\n\r\n")
        visitor.shutdown(socket.SHUT_WR)
        link = self.wire.links()[0]
        wait_for("the connector hears the visitor's end",
                 lambda: [1 for fields, _ in link.heard_chunks() if fields.get("eof") == "1R"])
        self.server.late.set()
        self.assertTrue(read_all(visitor).endswith(b"\r\n\r\nlate"))
        self.raw_echo(self.port, "a.kite.test", 22, b"x" * 100_000)  # whose last word comes after the visitor's end

    def test_a_server_that_said_all_hears_the_whole_visitor(self):
        server = Farewell()
        self.addCleanup(server.shutdown)
        self.fly(("raw-22:a.kite.test", server.port))
        visitor = self.visitor()
        visitor.sendall(b"CONNECT a.kite.test:22 HTTP/1.1\r\n\r\n")
        self.assertTrue(read_all(visitor).endswith(b"\r\n\r\nthat is all\n"))
        visitor.sendall(harness.pattern(300_000))
        visitor.shutdown(socket.SHUT_WR)
        wait_for("the server hears the end", lambda: server.heard)
        self.assertEqual(server.heard, [harness.pattern(300_000)])

    def test_whose_visitor_it_is(self):
        """The kite of a port before that of a name, a name before a wildcard, `unknown` last."""
        low, high = free_port(), free_port()
        self.start_relay(ports=[low, high])
        wire = self.wire_to(low)
        servers = {kite: self.origin().port for kite in (
            "http:a.kite.test", f"http-{high}:a.kite.test", "http:*.wild.kite.test", f"http-{high}:*.wild.kite.test",
            "http2:b.kite.test", "http:unknown")}
        self.fly(*servers.items(), port=wire.port)
        expected = {("a.kite.test", low): "http:a.kite.test", ("a.kite.test", high): f"http-{high}:a.kite.test",
                    ("q.wild.kite.test", low): "http:*.wild.kite.test", ("q.r.wild.kite.test", low): "http:*.wild.kite.test",
                    ("q.wild.kite.test", high): f"http-{high}:*.wild.kite.test", ("b.kite.test", high): "http2:b.kite.test",
                    ("elsewhere.example", low): "http:unknown", ("c.kite.test", high): "http:unknown"}
        self.assertEqual({(host, port): self.served_by(host, port) for host, port in expected},
                         {visit: servers[kite] for visit, kite in expected.items()})

    def test_servers_hear_who_visits(self):
        """In every request of a connection, whatever visitors claim."""
        self.fly(("http:a.kite.test", self.server.port))
        visitor = self.visitor()
        answers = visitor.makefile("rb")
        for n in range(3):
            visitor.sendall(f"GET /fields/{n} HTTP/1.1\r\nHost: a.kite.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n".encode())
            size = 0
            while line := answers.readline().strip():
                name, _, value = line.partition(b": ")
                size = int(value) if name == b"Content-Length" else size
            self.assertEqual(json.loads(answers.read(size)), [
                f"/fields/{n}", ["X-Forwarded-For", "127.0.0.1"], ["X-Forwarded-Proto", "http"],
                ["X-PageKite-Port", str(self.port)], ["Host", "a.kite.test"], ["X-Old-X-Forwarded-For", "6.6.6.6"]])

    def test_pages_and_ends_for_those_turned_away(self):
        port, dead = str(self.server.port), free_port()
        connector = self.connector("--kitesecret=s3cret", port, "a.kite.test",
                                   "AND", port, "locked.kite.test", "+password/joe=not-a-secret",
                                   "AND", port, "near.kite.test", "+ip/192.0.2.7",
                                   "AND", str(dead), "dead.kite.test", "AND", f"raw:localhost:{dead}", "raw://dead.kite.test:22")
        for kite in ("http:a", "http:locked", "http:near", "http:dead", "raw-22:dead"):
            connector.wait_event("flying", kite=f"{kite}.kite.test")
        turned_away = {("nobody.kite.test", "/"): (503, "fe"), ("dead.kite.test", "/"): (503, "be"),
                       ("near.kite.test", "/"): (503, "be"), ("locked.kite.test", "/"): (401, "password"),
                       ("a.kite.test", "/wp-config.php"): (500, "be")}
        words = {b"Sorry! (fe)": "fe", b"Sorry! (be)": "be", b"needs a password": "password"}
        got = {}
        for host, path in turned_away:
            status, page = self.get(host, path)
            got[host, path] = (status, *(who for word, who in words.items() if word in page))
        self.assertEqual(got, turned_away)
        visitor = self.visitor()
        visitor.sendall(b"CONNECT dead.kite.test:22 HTTP/1.1\r\n\r\n")
        self.assertEqual(read_all(visitor), b"HTTP/1.0 200 Connection Established\r\n\r\n")  # then the end
        self.assertEqual(self.served_by("a.kite.test"), self.server.port)
        self.assertEqual((connector.events("down"), len(self.wire.links())), ([], 1))

    def test_one_relay_behind_two_addresses_gets_one_link(self):
        """It tells by its answers to pings who it is."""
        port, pool = free_port(), self.folder / "pool"
        self.pagekite("--isfrontend", f"--ports={port}", "--protos=http", "--domain=*:*.kite.test:s3cret")
        wait_for("pagekite's relay listens", lambda: harness.answers(port, "127.0.0.2"))
        pool.write_text("127.0.0.1\n127.0.0.2\n")
        kite = self.kite("--clean", f"--frontends=2:@{pool}:{port}", "--json",
                         f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret")
        kite.wait_event("flying")
        wait_for("a is served", lambda: self.served_by("a.kite.test", port) == self.server.port)
        self.assertEqual((len(kite.events("flying")), kite.events("down")), (1, []))


class TlsAtPagekite(RelayOfPagekite):
    """On Python 3 its relay breaks at connections that begin with TLS. What CONNECT names first it serves."""

    def setUp(self):
        super().setUp()
        self.relay_pem, self.site_pem = self.certificate("relay.kite.test")[0], self.certificate("ended.kite.test")[0]
        self.tls_port = free_port()
        self.start_relay(f"--tls_endpoint=relay.kite.test:{self.relay_pem}", f"--tls_endpoint=ended.kite.test:{self.site_pem}",
                         ports=[self.tls_port])
        self.server = GatheringOrigin()
        self.addCleanup(self.server.shutdown)
        self.by_connect = ["--noproxy", "", "--proxy", f"http://127.0.0.1:{self.tls_port}", "--cacert"]

    def test_https_passes_through(self):
        own = self.certificate("a.kite.test")[0]
        server = self.origin(certificate=own)
        kite = self.fly(("https:a.kite.test", server.port), port=self.tls_port)
        self.assertEqual(self.curl_sha256("https://a.kite.test/bytes/3000000", *self.by_connect, own), server.sha256_of(3_000_000))
        self.assertEqual(kite.events("down"), [])

    def test_https_that_leads_nowhere(self):
        self.fly(("https:a.kite.test", free_port()), port=self.tls_port)
        with socket.create_connection(("127.0.0.1", self.tls_port), PATIENCE) as visitor:
            visitor.sendall(b"CONNECT a.kite.test:443 HTTP/1.1\r\n\r\n")
            self.assertTrue(visitor.recv(1 << 16).startswith(b"HTTP/1.0 200 "))
            with self.assertRaisesRegex(ssl.SSLError, "ACCESS_DENIED"):
                ssl.create_default_context().wrap_socket(visitor, server_hostname="a.kite.test")

    def test_tls_that_the_relay_ends(self):
        """Servers hear of it."""
        self.fly(("http:ended.kite.test", self.server.port), port=self.tls_port)
        told = self.curl("https://ended.kite.test/fields/", *self.by_connect, self.site_pem)[2]
        self.assertIn(["X-Forwarded-Proto", "https"], json.loads(told))
        told = self.curl(f"http://127.0.0.1:{self.tls_port}/fields/", host="ended.kite.test")[2]
        self.assertIn(["X-Forwarded-Proto", "http"], json.loads(told))

    def test_link_by_name(self):
        wire = self.wire_to(self.tls_port)
        kite = self.connector("--fe_certname=relay.kite.test", f"--ca_certs={self.relay_pem}",
                              f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret", port=wire.port)
        self.assertTrue(kite.wait_event("flying")["tls"])
        self.assertEqual(self.curl_sha256(f"http://127.0.0.1:{self.tls_port}/bytes/5000000", host="a.kite.test"),
                         self.server.sha256_of(5_000_000))
        link = wire.connections[-1]
        self.assertTrue(link.said.startswith(b"CONNECT relay.kite.test:443 HTTP/1.1\r\nHost: relay.kite.test\r\n\r\n\x16\x03"))
        self.assertNotIn(b"a.kite.test", link.said + link.heard)

    def test_link_to_a_name_that_it_has_no_certificate_for(self):
        kite = self.connector("--fe_certname=other.kite.test", f"--ca_certs={self.relay_pem}",
                              f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret", port=self.tls_port)
        kite.wait_event("down", reason="untrusted")
        self.assertEqual(kite.events("flying"), [])


class TlsBeforePagekite(RelayOfPagekite):
    """Links that begin with TLS: something else ends it in front of the relay."""

    def fly_through(self, name, *words, host="127.0.0.1"):
        """@param words {pem}: the certificate of that name
        @return the names that the connector asked TLS for"""
        pem, _ = self.certificate(name)
        context, asked = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
        context.load_cert_chain(pem)
        context.sni_callback = lambda _, server_name, __: asked.append(server_name)
        wire, server, raw = self.wire_to(self.port, lambda near: context.wrap_socket(near, server_side=True)), self.origin(), self.echo()
        kite = self.kite("--clean", f"--frontend={host}:{wire.port}", *(word.format(pem=pem) for word in words), "--json",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret",
                         f"--service_on=raw-22:a.kite.test:localhost:{raw.port}:s3cret")
        for one in ("http:a.kite.test", "raw-22:a.kite.test"):
            self.assertTrue(kite.wait_event("flying", kite=one)["tls"])
        url = f"http://127.0.0.1:{self.port}/bytes/{5_000_000}"
        self.assertEqual(self.curl_sha256(url, host="a.kite.test"), server.sha256_of(5_000_000))
        self.raw_echo(self.port, "a.kite.test", 22, harness.pattern(300_000))
        self.assertEqual((len(wire.links()), kite.events("down")), (1, []))
        return asked

    def test_with_the_relays_name(self):
        self.assertEqual(self.fly_through("localhost", "--tls", "--ca_certs={pem}", host="localhost"), ["localhost"])

    def test_without_a_name(self):
        self.assertEqual(self.fly_through("relay.kite.test", "--fe_nocertcheck"), [None])


harness.main()
