"""Kites that are neither plain HTTP nor WebSocket, with ours on both ends and Debian's pagekite.py on either."""
import hashlib
import http.client
import socket
import ssl
import struct

import harness
from harness import EndToEnd, free_port, parallel, wait_for

KINDS = ["http2", "http3", "https", "raw-22", "irc", "xmpp", "minecraft"]
ALERT = bytes.fromhex("15030300020231")
XMPP = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='a.kite.test' version='1.0'>"


def minecraft_hello(name, port):
    body = b"\x00\xff\x05" + bytes([len(name)]) + name.encode() + struct.pack(">H", port) + b"\x02"
    return bytes([len(body)]) + body


class Kinds(EndToEnd):
    """Ours on both ends."""
    kinds = KINDS

    def start_relay(self):
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--rawports=virtual",
                               "--domain=*:*.kite.test:s3cret", "--json")
        return self.relay.wait_event("listening", role="relay")["port"]

    def start_connector(self, *kites):
        connector = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", *kites, "--json")
        for kite in kites:
            connector.wait_event("flying", kite=":".join(kite.split("=")[1].split(":")[:2]))
        return connector

    def setUp(self):
        super().setUp()
        self.server, self.raw = self.origin(), self.echo()
        self.pem = self.certificate("a.kite.test")[0]
        self.secure = self.origin(certificate=self.pem)
        self.port = self.start_relay()
        ports = {"http": self.server.port, "http2": self.server.port, "http3": self.server.port, "https": self.secure.port}
        self.connector = self.start_connector(*(
            f"--service_on={kind}:a.kite.test:localhost:{ports.get(kind, self.raw.port)}:s3cret" for kind in self.kinds))
        self.wait_flying()

    def wait_flying(self):
        self.wait_kite(self.port, "a.kite.test", seconds=120)

    def visit(self, sent, finish=True):
        """What a visitor gets who sends this and then says no more."""
        with socket.create_connection(("127.0.0.1", self.port), 60) as visitor:
            visitor.sendall(sent)
            if finish:
                visitor.shutdown(socket.SHUT_WR)
            got = b""
            while part := visitor.recv(1 << 16):
                got += part
            return got

    def test_second_choice_serves_http(self):
        self.assertEqual(self.curl(f"http://127.0.0.1:{self.port}/x", host="a.kite.test")[1:],
                         (200, f"hello from {self.server.port} path /x\n".encode()))

    def test_keep_alive(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        connection.connect()
        socket_of_all = connection.sock
        for n in range(20):
            connection.request("GET", f"/k{n}", headers={"Host": "a.kite.test"})
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (200, f"hello from {self.server.port} path /k{n}\n".encode()))
            self.assertIs(connection.sock, socket_of_all)

    def test_https_passes_through(self):
        code, status, body = self.curl(
            f"https://a.kite.test:{self.port}/s", "--resolve", f"a.kite.test:{self.port}:127.0.0.1", "--cacert", self.pem)
        self.assertEqual((code, status, body), (0, 200, f"hello from {self.secure.port} path /s\n".encode()))

    def test_raw(self):
        self.raw_echo(self.port, "a.kite.test", 22, harness.pattern(300_000))

    def test_irc(self):
        sent = b"PASS x\r\nNICK joe\r\nUSER joe@a.kite.test 0 * :Joe\r\n"
        got = self.visit(sent)
        self.assertEqual(got, b"welcome\n" + sent.replace(b"@a.kite.test", b"") + b"bye\n")

    def test_irc_without_a_server(self):
        self.assertIn(b" 451 ", self.visit(b"NICK joe\r\nUSER joe 0 * :Joe\r\n", finish=False))

    def test_xmpp(self):
        self.assertEqual(self.visit(XMPP), b"welcome\n" + XMPP + b"bye\n")

    def test_minecraft(self):
        hello = minecraft_hello("a.kite.test", 60000)
        self.assertEqual(self.visit(hello), b"welcome\n" + hello + b"bye\n")


class ConnectorOfPagekite(Kinds):
    """It knows every kind but minecraft by name; what it does not know it serves as well."""

    def start_connector(self, *kites):
        return self.pagekite(f"--frontend=127.0.0.1:{self.port}", *kites)


class RelayOfPagekite(Kinds):
    """It fails over TLS hellos, knows no minecraft, and ends the line that it changes by LF."""
    kinds = [kind for kind in KINDS if kind not in ("https", "minecraft")]
    test_https_passes_through = None
    test_minecraft = None
    test_irc_without_a_server = None

    def start_relay(self):
        port = free_port()
        self.relay = self.pagekite("--isfrontend", "--host=127.0.0.1", f"--ports={port}", "--rawports=virtual",
                                   "--protos=http,http2,http3,https,websocket,irc,raw,xmpp",
                                   "--domain=*:*.kite.test:s3cret")
        wait_for("pagekite's relay listens", lambda: harness.answers(port))
        return port

    def test_irc(self):
        sent = b"PASS x\r\nNICK joe\r\nUSER joe@a.kite.test 0 * :Joe\r\n"
        got = self.visit(sent)
        self.assertEqual(got.replace(b"\r\n", b"\n"),
                         b"welcome\nPASS x\nNICK joe\nUSER joe 0 * :Joe\nbye\n")


class InsideWebSockets(Kinds):
    """`--wschunks` at the connector."""
    kinds = ["http", *KINDS]
    connector_options = ["--wschunks"]

    def start_connector(self, *kites):
        connector = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", *self.connector_options, *kites, "--json")
        for kite in kites:
            connector.wait_event("flying", kite=":".join(kite.split("=")[1].split(":")[:2]))
        return connector

    def test_bulk_both_ways(self):
        url = f"http://127.0.0.1:{self.port}"
        self.assertEqual(self.curl_sha256(f"{url}/bytes/{50_000_000}", host="a.kite.test"), self.server.sha256_of(50_000_000))
        upload = self.folder / "upload"
        upload.write_bytes(harness.pattern(20_000_000, seed=3))
        status, digest = self.curl(f"{url}/upload", "--data-binary", f"@{upload}", "-H", "Expect:", host="a.kite.test")[1:]
        self.assertEqual((status, digest.decode()), (200, hashlib.sha256(upload.read_bytes()).hexdigest()))

    def test_parallel_requests(self):
        answers = parallel(50, lambda n: self.curl(f"http://127.0.0.1:{self.port}/n{n}", host="a.kite.test")[1:])
        self.assertEqual(answers, [(200, f"hello from {self.server.port} path /n{n}\n".encode()) for n in range(50)])

    def test_settings_say_so(self):
        said = self.run_kite("--clean", "--frontend=127.0.0.1:1", "--service_on=http:a.kite.test:localhost:1:s3cret",
                             *self.connector_options, "--settings")[1]
        self.assertIn("wschunks", said.split("\n"))


class InsideWebSocketsInsideTls(InsideWebSockets):
    def start_relay(self):
        pem, pin = self.certificate("relay.kite.test")
        self.connector_options = ["--wschunks", f"--pin={pin}"]
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--rawports=virtual",
                               f"--tls_endpoint=relay.kite.test:{pem}", "--tls_default=relay.kite.test",
                               "--domain=*:*.kite.test:s3cret", "--json")
        return self.relay.wait_event("listening", role="relay")["port"]

    def test_settings_say_so(self):
        self.assertIn("tls", self.run_kite(
            "--clean", "--frontend=127.0.0.1:1", "--service_on=http:a.kite.test:localhost:1:s3cret",
            *self.connector_options, "--settings")[1].split("\n"))


class RawPorts(EndToEnd):
    """Ports on which a server may speak first; names are told by what was asked before."""

    def connector_of(self, *kites):
        connector = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", *kites, "--json")
        for kite in kites:
            connector.wait_event("flying", kite=":".join(kite.split("=")[1].split(":")[:2]))

    def setUp(self):
        super().setUp()
        self.server, self.one, self.other = self.origin(), self.echo(), self.echo()
        self.raw, self.both = free_port(), free_port()
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports=0,{self.both}", "--workers=2",
                               f"--rawports={self.raw},{self.both}", "--domain=*:*.kite.test:s3cret", "--json")
        self.port = self.relay.wait_event("listening", role="relay")["port"]
        self.connector_of(f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret",
                          f"--service_on=raw-{self.raw}:a.kite.test:localhost:{self.one.port}:s3cret",
                          f"--service_on=raw-{self.both}:a.kite.test:localhost:{self.one.port}:s3cret")
        self.wait_kite(self.port, "a.kite.test", seconds=120)

    def talk(self, port):
        with socket.create_connection(("127.0.0.1", port), 60) as visitor:
            stream = visitor.makefile("rb")
            first = stream.readline()
            visitor.sendall(b"hello\n")
            visitor.shutdown(socket.SHUT_WR)
            return first + stream.read()

    def test_server_speaks_first(self):
        self.assertEqual(self.talk(self.raw), b"welcome\nhello\nbye\n")

    def test_on_a_normal_port_after_a_silence(self):
        self.assertEqual(self.talk(self.both), b"welcome\nhello\nbye\n")
        self.wait_kite(self.both, "a.kite.test")

    def test_the_name_asked_for_last_is_meant(self):
        first = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", "--json",
                          f"--service_on=http:b.kite.test:localhost:{self.server.port}:s3cret",
                          f"--service_on=raw-{self.raw}:b.kite.test:localhost:{free_port()}:s3cret")
        first.wait_event("flying", kite=f"raw-{self.raw}:b.kite.test")
        self.wait_kite(self.port, "b.kite.test")
        self.assertEqual(self.talk_to_nobody(), b"")
        self.wait_kite(self.port, "a.kite.test")
        self.assertEqual(self.talk(self.raw), b"welcome\nhello\nbye\n")

    def talk_to_nobody(self):
        with socket.create_connection(("127.0.0.1", self.raw), 60) as visitor:
            return visitor.recv(100)


class RawPortsForPagekite(RawPorts):
    def connector_of(self, *kites):
        self.pagekite(f"--frontend=127.0.0.1:{self.port}", *kites)


class NobodyThere(EndToEnd):
    """A target that is down is told in the visitor's protocol (PROTOCOL.md 13.2)."""

    alert = ALERT

    def start_connector(self, port, *kites):
        return self.kite("--clean", f"--frontend=127.0.0.1:{port}", *kites, "--json")

    def test_targets_that_are_down(self):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--rawports=virtual",
                          "--domain=*:*.kite.test:s3cret", "--domain=*:unknown:s3cret", "--json")
        port = relay.wait_event("listening", role="relay")["port"]
        dead = free_port()
        kites = [*(f"{kite}.kite.test" for kite in ("http:a", "https:a", "raw-22:a", "irc:a", "xmpp:a", "minecraft:a", "http2:*")),
                 "http:unknown"]
        self.start_connector(port, *(f"--service_on={kite}:localhost:{dead}:s3cret" for kite in kites))
        for kite in kites:
            relay.wait_event("flying", kite=kite)
        for host in ("a.kite.test", "q.r.kite.test", "elsewhere.example"):
            status, body = self.curl(f"http://127.0.0.1:{port}/", host=host)[1:]
            self.assertEqual(status, 503)
            self.assertIn(b"Sorry! (be)", body)
        hello = ssl.MemoryBIO()
        client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="a.kite.test")
        with self.assertRaises(ssl.SSLWantReadError):
            client.do_handshake()
        for sent, answer in ((hello.read(), self.alert), (b"NICK joe@a.kite.test\r\n", b""), (XMPP, b""),
                             (minecraft_hello("a.kite.test", port), b""),
                             (b"CONNECT a.kite.test:22 HTTP/1.1\r\n\r\n", b"HTTP/1.0 200 Connection Established\r\n\r\n")):
            with socket.create_connection(("127.0.0.1", port), 60) as visitor:
                visitor.sendall(sent)
                got = b""
                while part := visitor.recv(1 << 16):
                    got += part
                self.assertEqual(got, answer)


class NobodyBehindPagekite(NobodyThere):
    alert = str(ALERT).encode()  # it writes the bytes out as text

    def start_connector(self, port, *kites):
        return self.pagekite(f"--frontend=127.0.0.1:{port}", *kites)


class Names(EndToEnd):
    """Kites of all names below one, of one port, and of whatever nobody else serves."""

    def start_connector(self, *kites):
        return self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", *kites, "--json")

    def fly(self, *kites):
        """The origin's port for each."""
        origins = [self.origin().port for _ in kites]
        self.start_connector(*(f"--service_on={kite}:localhost:{port}:s3cret" for kite, port in zip(kites, origins)))
        for kite in kites:
            self.relay.wait_event("flying", kite=kite)
        return origins

    def served_by(self, host, port):
        """The origin's port, or the status of a page that says there is none."""
        status, body = self.curl(f"http://127.0.0.1:{port}/", host=host)[1:]
        if status == 200:
            return int(body.split()[2])
        self.assertIn(b"Sorry! (fe)", body)
        return status

    def test_each_visitor_finds_its_kite(self):
        self.port, special = free_port(), free_port()
        self.relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={self.port},{special}",
                               "--hold=0", "--domain=*:*.kite.test:s3cret", "--domain=*:unknown:s3cret", "--json")
        for port in (self.port, special):
            self.relay.wait_event("listening", role="relay", port=port)
        wildcard, one_port = self.fly("http:*.w.kite.test", f"http-{special}:p.kite.test")

        def check(otherwise):
            for host, port, expected in (
                    ("q.w.kite.test", self.port, wildcard), ("q.r.w.kite.test", special, wildcard),
                    ("p.kite.test", special, one_port), ("p.kite.test", self.port, otherwise),
                    ("w.kite.test", self.port, otherwise), ("qw.kite.test", self.port, otherwise),
                    ("elsewhere.example", special, otherwise)):
                with self.subTest(host=host, port=port):
                    self.assertEqual(self.served_by(host, port), expected)
        check(otherwise=503)
        catch_all, = self.fly("http:unknown")
        check(otherwise=catch_all)


class NamesOfPagekite(Names):
    def start_connector(self, *kites):
        return self.pagekite(f"--frontend=127.0.0.1:{self.port}", *kites)


harness.main()
