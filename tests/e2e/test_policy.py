"""Whom a relay lets in, and what it tells those that it does not."""
import socket
import ssl

import harness
from harness import EndToEnd, wait_for


class Policy(EndToEnd):
    def relay(self, *options):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret", *options, "--json")
        return relay.wait_event("listening", role="relay")["port"]

    def fly(self, port, *names, server=None):
        server = server or self.origin()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}",
                         *(f"--service_on=http:{name}:localhost:{server.port}:s3cret" for name in names), "--json")
        for name in names:
            kite.wait_event("flying", kite=f"http:{name}")
        return kite

    def ask(self, port, words):
        """Everything that comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", port), 30) as visitor:
            visitor.sendall(words)
            got = b""
            while part := visitor.recv(1 << 16):
                got += part
            return got

    def get(self, port, host, *headers, path="/", method="GET"):
        return self.ask(port, "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]).encode())

    def test_visitors_from_elsewhere_only(self):
        pem, _ = self.certificate("relay.test")
        port = self.relay("--client_acl=deny:localhost", "--client_acl=allow:any", f"--tls_endpoint=relay.test:{pem}")
        self.fly(port, "a.kite.test")
        self.assertTrue(self.get(port, "a.kite.test").startswith(b"HTTP/1.1 403 Forbidden\r\n"))
        hello = ssl.create_default_context()
        with self.assertRaisesRegex(ssl.SSLError, "ACCESS_DENIED"):
            hello.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="a.kite.test")

    def test_connectors_by_tls_where_visitors_may_not(self):
        pem, print_ = self.certificate("relay.test")
        port = self.relay("--client_acl=allow:10\\..*", f"--tls_endpoint=relay.test:{pem}")
        server = self.origin()
        for way in ([f"--pin={print_}"], ["--fe_certname=relay.test", f"--ca_certs={pem}"]):
            kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", *way, f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret", "--json")
            kite.wait_event("flying")
            kite.stop()

    def test_connectors_from_elsewhere_only(self):
        port = self.relay("--tunnel_acl=allow:10\\..*")
        code, out, error = self.run_kite("--clean", "--noloop", f"--frontend=127.0.0.1:{port}", "--service_on=http:a.kite.test:localhost:1:s3cret")
        self.assertNotEqual(code, 0)
        self.assertEqual(self.get(port, "a.kite.test")[:12], b"HTTP/1.1 503")

    def test_accept_file(self):
        file = self.folder / "accept"
        file.write_text("# nobody yet\n127\\. deny everybody here\n")
        port = self.relay(f"--accept_acl_file={file}")
        self.assertEqual(self.silently(port), b"")
        file.write_text("127\\. allow everybody here\n")
        wait_for("the file is read again", lambda: self.silently(port).startswith(b"HTTP/1.1 503"))

    def silently(self, port):
        try:
            return self.get(port, "a.kite.test")
        except ConnectionError:
            return b""

    def test_a_proxy_in_front(self):
        port = self.relay("--trusted_proxy=127.0.0.0/8", "--client_acl=allow:192\\.0\\.2\\.7")
        self.fly(port, "a.kite.test")
        self.assertTrue(self.get(port, "a.kite.test", "X-Forwarded-For: 192.0.2.7").startswith(b"HTTP/1.1 200"))
        self.assertTrue(self.get(port, "a.kite.test", "X-Forwarded-For: 192.0.2.8").startswith(b"HTTP/1.1 403"))

    def test_a_proxy_brings_each_visitor_by_itself(self):
        port = self.relay("--trusted_proxy=127.0.0.0/8")
        server = self.origin()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", "--kitesecret=s3cret", str(server.port), "a.kite.test", "+ip/192.0.2.7", "--json")
        kite.wait_event("flying", kite="http:a.kite.test")
        self.fly(port, "b.kite.test")
        request = "GET / HTTP/1.1\r\nHost: {}\r\nConnection: keep-alive\r\nX-Forwarded-For: {}\r\n\r\n"
        allowed, other, elsewhere = (request.format(host, address).encode() for host, address in
                                     (("a.kite.test", "192.0.2.7"), ("a.kite.test", "192.0.2.8"), ("b.kite.test", "192.0.2.8")))
        self.assertTrue(self.ask(port, allowed).startswith(b"HTTP/1.1 200"))
        self.assertTrue(self.ask(port, other).startswith(b"HTTP/1.1 503"))
        self.assertTrue(self.ask(port, elsewhere).startswith(b"HTTP/1.1 200"))
        for second in (other, elsewhere):
            self.assertEqual(self.ask(port, allowed + second).count(b"HTTP/1.1 "), 1)

    def test_different_visitors_are_limited(self):
        port = self.relay("--ratelimit_ips=a.kite.test:2/900")
        self.fly(port, "a.kite.test", "b.kite.test")
        for agent, status in ((1, 200), (2, 200), (3, 503), (1, 200)):
            self.assertIn(b" %d " % status, self.get(port, "a.kite.test", f"User-Agent: {agent}")[:14])

    def test_pages_of_the_operator(self):
        port = self.relay("--errorurl=http://errors.test/?kite", "--errorurl=plain.test:http://errors.test/plain", "--ratelimit_ips=1/900")
        page = self.get(port, "gone.kite.test")
        self.assertIn(b'src="http://errors.test/?kite&amp;where=FE&amp;proto=http&amp;domain=gone.kite.test"', page)
        self.assertIn(b"Sorry! (fe)", page)
        self.assertIn(b'src="http://errors.test/plain"', self.get(port, "a.plain.test"))
        self.fly(port, "a.kite.test")
        self.assertTrue(self.get(port, "a.kite.test").startswith(b"HTTP/1.1 200"))
        self.assertIn(b"&amp;rejected=ips_per_sec", self.get(port, "a.kite.test", "User-Agent: another"))

    def probe(self, port, name):
        head, _, body = self.get(port, "any.test", path=f"/~:PageKite:~/{name}").partition(b"\r\n\r\n")
        self.assertIn(b"Access-Control-Allow-Origin: *", head)
        return next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"X-PageKite-Status")), body

    def test_probes(self):
        port = self.relay()
        self.fly(port, "a.kite.test")
        self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:down.kite.test:localhost:{harness.free_port()}:s3cret",
                  "--json").wait_event("flying")
        self.assertEqual(self.probe(port, "a.kite.test.json"), (b"OK", b'{"pagekite-status": "ok"}\n'))
        self.assertEqual(self.probe(port, "down.kite.test.json"), (b"Down-BE", b'{"pagekite-status": "down-be"}\n'))
        self.assertEqual(self.probe(port, "gone.kite.test.json"), (b"Down-FE", b'{"pagekite-status": "down-fe"}\n'))
        status, picture = self.probe(port, "a.kite.test")
        self.assertEqual((status, picture[:10]), (b"OK", b"GIF89a\n\0\n\0"))

    def test_no_probes(self):
        port = self.relay("--noprobes")
        self.fly(port, "a.kite.test")
        self.assertEqual(self.probe(port, "a.kite.test.json")[0], b"Down-FE")

    def test_pages_and_probes_of_a_connector(self):
        port = self.relay("--errorurl=http://errors.test/relay?")
        server, nobody = self.origin(), harness.free_port()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", "--errorurl=http://errors.test/?kite", "--noprobes",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret",
                         f"--service_on=http:down.kite.test:localhost:{nobody}:s3cret",
                         f"--service_on=http:ip.kite.test:localhost:{server.port}:s3cret",
                         "--service_cfg=ip.kite.test/80:ip/192.0.2.1:True", "--json")
        for name in ("a", "down", "ip"):
            kite.wait_event("flying", kite=f"http:{name}.kite.test")
        self.assertTrue(self.get(port, "a.kite.test").startswith(b"HTTP/1.1 200"))
        for name in (b"down.kite.test", b"ip.kite.test"):
            page = self.get(port, name.decode())
            self.assertTrue(page.startswith(b"HTTP/1.1 503"))
            self.assertIn(b'src="http://errors.test/?kite&amp;where=BE&amp;proto=http&amp;domain=' + name + b'"', page)
            self.assertIn(b"Sorry! (be)", page)
        self.assertIn(b'src="http://errors.test/relay?&amp;where=FE', self.get(port, "gone.kite.test"))
        for name in ("a.kite.test.json", "down.kite.test.json"):
            self.assertEqual(self.probe(port, name), (b"Down-FE", b'{"pagekite-status": "down-fe"}\n'))
        self.assertEqual(kite.error_lines, [])

    def test_probes_of_pagekites_connector(self):
        port = self.relay()
        server = self.origin()
        self.pagekite(f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret")
        self.wait_kite(port, "a.kite.test")
        self.assertEqual(self.probe(port, "a.kite.test.json")[0], b"OK")
        self.wait_kite(port, "a.kite.test")

    def test_overload_and_hints(self):
        limit = self.folder / "limit"
        limit.write_text("0")
        port = self.relay("--overload=100", f"--overload_file={limit}", "--dns_hints=localhost")
        wait_for("the hint", lambda: b"X-DNS: localhost " in self.get(port, "ping.pagekite", path="/ping", method="HEAD"))
        ping = self.get(port, "ping.pagekite", path="/ping", method="HEAD")
        self.assertLess(ping.index(b"X-PageKite-Overloaded: Sorry\r\n"), ping.index(b"X-PageKite-UUID: "))
        self.assertLess(ping.index(b"X-PageKite-UUID: ") + 57, 120)


harness.main()
