"""What a kite's flags ask of its visitors, on every request of a connection."""
import base64
import json
import os
import socket
import threading

from harness import EndToEnd, Echo, Origin, OriginHandler, free_port
import harness

HOST = "a.kite.test"


class TellingHandler(OriginHandler):
    """Answers with what it saw of the request, and counts."""

    def tell(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.seen += 1
        self._answer(200, json.dumps({"path": self.path, "fields": self.headers.items(), "body": body}).encode())

    do_PUT = do_DELETE = do_POST = tell

    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self._websocket()
        self.tell()


class TellingOrigin(Origin):
    def __init__(self):
        super().__init__()
        self.RequestHandlerClass = TellingHandler
        self.seen = 0


def request(line, *fields, body=""):
    if body:
        fields += (f"Content-Length: {len(body)}",)
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: {HOST}", *fields, "", body]).encode()


def basic(pair):
    return "Authorization: Basic " + base64.b64encode(pair.encode()).decode()


class Visitor:
    """One connection, answer by answer."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.file = self.socket.makefile("rb")

    def send(self, *requests):
        self.socket.sendall(b"".join(requests))

    def answer(self):
        """(status, fields, body); None at the end."""
        status = self.file.readline().decode()
        if not status:
            return None
        fields = {}
        while line := self.file.readline().strip().decode():
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return int(status.split()[1]), fields, self.file.read(int(fields.get("content-length", 0)))

    def told(self):
        status, _, body = self.answer()
        assert status == 200, (status, body)
        return json.loads(body)

    def close(self):
        self.file.close()
        self.socket.close()


class KiteRules(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = TellingOrigin()
        self.addCleanup(self.server.shutdown)
        self.port = free_port()
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={self.port}", "--rawports=virtual",
                          "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")

    def fly(self, *flags, words=None):
        words = words or [str(self.server.port), HOST]
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{self.port}", "--kitesecret=s3cret", "--json", *words, *flags)
        kite.wait_event("flying")
        return kite

    def visitor(self):
        visitor = Visitor(self.port)
        self.addCleanup(visitor.close)
        return visitor

    def test_every_request_is_marked(self):
        self.fly()
        spoofed = ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "x_forwarded_for: 6.6.6.6", "Forwarded: for=6.6.6.6"]
        inside = request("GET /inside", *spoofed).decode()
        visitor = self.visitor()
        visitor.send(request("GET /1", *spoofed))
        answers = [visitor.told()]
        # kept alive, then sent ahead, with a body that looks like requests
        visitor.send(request("POST /2", *spoofed, body="line\n" + inside), request("GET /3", *spoofed),
                     request("PUT /4", *spoofed, body=inside))
        answers += [visitor.told() for _ in range(3)]
        self.assertEqual([answer["path"] for answer in answers], ["/1", "/2", "/3", "/4"])
        self.assertEqual([answer["body"] for answer in answers], ["", "line\n" + inside, "", inside])
        for answer in answers:
            fields = answer["fields"]
            self.assertEqual(fields[:4], [["X-Forwarded-For", "127.0.0.1"], ["X-Forwarded-Proto", "http"],
                                          ["X-PageKite-Port", str(self.port)], ["Host", HOST]])
            self.assertEqual(fields[4:8], [["X-Old-X-Forwarded-For", "6.6.6.6"], ["X-Old-X-Forwarded-Proto", "https"],
                                           ["X-Old-x_forwarded_for", "6.6.6.6"], ["X-Old-Forwarded", "for=6.6.6.6"]])
        self.assertEqual(self.server.seen, 4)

    def test_who_guesses_passwords_has_to_wait(self):
        self.fly("+password/joe=not-a-secret")
        def ask(pair):
            visitor = self.visitor()
            visitor.send(request("GET /", basic(pair)))
            return visitor.answer()
        self.assertEqual([ask(f"joe:{n}")[0] for n in range(10)], [401] * 10)
        status, fields, _ = ask("joe:not-a-secret")
        self.assertEqual(status, 429)
        self.assertTrue(0 < int(fields["retry-after"]) <= 60)
        self.assertEqual(self.server.seen, 0)

    def test_every_request_needs_the_password(self):
        self.fly("+password/joe=not-a-secret", "+password/ann=s3cret")
        visitor = self.visitor()
        visitor.send(request("GET /1", basic("joe:not-a-secret")))
        self.assertNotIn("authorization", [name.lower() for name, _ in visitor.told()["fields"]])
        visitor.send(request("GET /2", basic("ann:s3cret")))
        self.assertEqual(visitor.told()["path"], "/2")
        visitor.send(request("POST /3", basic("ann:s3cret"), body="x"), request("GET /admin/", basic("joe:not-a-secret")),
                     request("GET /5", basic("joe:s3cret")), request("GET /6", basic("ann:s3cret")))
        self.assertEqual([visitor.told()["path"] for _ in range(2)], ["/3", "/admin/"])  # protected: no firewall
        status, fields, _ = visitor.answer()
        self.assertEqual(status, 401)
        self.assertTrue(fields["www-authenticate"].startswith("Basic "))
        self.assertIsNone(visitor.answer())
        self.assertEqual(self.server.seen, 4)
        code, status, _ = self.curl(f"http://127.0.0.1:{self.port}/", host=HOST)
        self.assertEqual((code, status), (0, 401))
        code, status, _ = self.curl(f"http://127.0.0.1:{self.port}/", "--user", "joe:not-a-secret", host=HOST)
        self.assertEqual((code, status), (0, 200))

    def test_firewall(self):
        self.fly()
        visitor = self.visitor()
        visitor.send(request("GET /1"), request("GET /x/../%61"), request("GET /never"))
        self.assertEqual(visitor.told()["path"], "/1")
        status, _, body = visitor.answer()
        self.assertEqual(status, 500)
        self.assertIn(b"Sorry! (be)", body)
        self.assertIsNone(visitor.answer())
        for path in ("/admin/", "/%61dmin/", "/phpMyAdmin/", "/.htaccess"):
            self.assertEqual(self.curl(f"http://127.0.0.1:{self.port}{path}", host=HOST)[1], 500, path)
        self.assertEqual(self.server.seen, 1)

    def test_without_firewall(self):
        for flags in (["+insecure"], ["--insecure"]):
            kite = self.fly(*flags)
            self.assertEqual(self.curl(f"http://127.0.0.1:{self.port}/admin/", host=HOST)[1], 200)
            kite.stop()

    def test_two_ways_to_read_a_request(self):
        self.fly()
        evil = request("GET /evil").decode()
        attacks = [
            request("POST /x", "Transfer-Encoding: chunked", f"Content-Length: {5 + len(evil)}") + b"0\r\n\r\n" + evil.encode(),
            request("POST /x", "Content-Length: 3", "Content-Length: 0") + evil.encode(),
            request("POST /x", "Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + evil.encode(),
            request("POST /x", "Transfer-Encoding : chunked") + b"0\r\n\r\n" + evil.encode(),
            request("GET /x", "A: b\n" + evil[:-2]),
            request("GET /x", "A: b", "\tfolded: c"),
        ]
        for attack in attacks:
            visitor = self.visitor()
            visitor.send(request("GET /1"))
            self.assertEqual(visitor.told()["path"], "/1")
            visitor.send(attack)
            self.assertEqual(visitor.answer()[0], 400, attack)
            self.assertIsNone(visitor.answer())
        self.assertEqual(self.server.seen, len(attacks))

    def test_addresses(self):
        self.fly("+ip/127.0.0")
        self.assertEqual(self.curl(f"http://127.0.0.1:{self.port}/", host=HOST)[1], 200)
        self.fly("+ip/192.0.2.7", words=[str(self.server.port), "b.kite.test"])
        code, status, body = self.curl(f"http://127.0.0.1:{self.port}/", host="b.kite.test")
        self.assertEqual((code, status), (0, 503))
        self.assertIn(b"Sorry! (be)", body)

    def test_host_and_raw_headers(self):
        self.fly("+rewritehost=inside.test:81")
        visitor = self.visitor()
        visitor.send(request("GET /1"), request("GET /2"))
        for _ in range(2):
            fields = visitor.told()["fields"]
            self.assertEqual(fields[3:], [["Host", "inside.test:81"], ["X-Old-Host", HOST]])
        self.fly("+rawheaders", words=[str(self.server.port), "raw.kite.test"])
        told = json.loads(self.curl(f"http://127.0.0.1:{self.port}/", "--header", "X-Forwarded-For: 1", "--user-agent", "",
                                    "--header", "Accept:", host="raw.kite.test")[2])
        self.assertEqual(told["fields"], [["Host", "raw.kite.test"], ["X-Forwarded-For", "1"]])

    def test_websocket(self):
        self.fly()
        payload = os.urandom(300_000) + request("GET /admin/") * 3
        self.websocket_echo(self.port, HOST, payload)

    def test_proxy_protocol_of_raw_kites(self):
        echo = Echo()
        self.addCleanup(echo.shutdown)
        self.fly("+proxyproto", words=[f"raw:127.0.0.1:{echo.port}", "raw://ssh.kite.test:22"])
        with socket.create_connection(("127.0.0.1", self.port), 60) as visitor:
            near = visitor.getsockname()[1]
            visitor.sendall(b"CONNECT ssh.kite.test:22 HTTP/1.0\r\n\r\nhello")
            visitor.shutdown(socket.SHUT_WR)
            got = b"".join(iter(lambda: visitor.recv(1 << 16), b""))
        self.assertTrue(got.endswith(f"welcome\nPROXY TCP4 127.0.0.1 0.0.0.0 {near} 22\r\nhellobye\n".encode()), got)

    def test_uploads_stay_whole(self):
        self.fly()
        body = harness.pattern(1 << 20).hex()

        def upload(name):
            visitor = Visitor(self.port)
            for n in range(3):
                thread = threading.Thread(target=visitor.send, args=(request(f"POST /{name}/{n}", body=body),))
                thread.start()
                told = visitor.told()
                thread.join()
                self.assertEqual((told["path"], told["body"] == body), (f"/{name}/{n}", True))
            visitor.close()
        harness.parallel(4, upload)

    def test_on_this_computer(self):
        """Without a relay, by the machine that the desktop uses."""
        kite = self.kite("--clean", "--json", str(self.server.port), "demo", "+password/joe=not-a-secret")
        port = kite.wait_event("listening")["port"]
        kite.wait_event("flying")
        url = f"http://127.0.0.1:{port}/"
        self.assertEqual(self.curl(url, host="demo.localhost")[1], 401)
        told = json.loads(self.curl(url, "--user", "joe:not-a-secret", host="demo.localhost")[2])
        self.assertEqual(told["fields"][:2], [["X-Forwarded-For", "127.0.0.1"], ["X-Forwarded-Proto", "http"]])

    def test_folders_have_rules_too(self):
        (self.folder / "index.html").write_text("hello")
        self.fly("+password/joe=not-a-secret", words=[str(self.folder), HOST])
        url = f"http://127.0.0.1:{self.port}/"
        self.assertEqual(self.curl(url, host=HOST)[1], 401)
        self.assertEqual(self.curl(url, "--user", "joe:not-a-secret", host=HOST)[2], b"hello")

    def test_words_that_mean_nothing(self):
        code, _, error = self.run_kite("--clean", f"--frontend=127.0.0.1:{self.port}", "--kitesecret=s3cret", "80", HOST,
                                       "+pasword/joe=not-a-secret")
        self.assertEqual(code, 2)
        self.assertIn("+password/", error)
        self.assertNotIn("not-a-secret", error)
        _, settings, _ = self.run_kite("--clean", "--settings", f"--frontend=127.0.0.1:{self.port}", "--insecure",
                                       "--kitesecret=s3cret", "80", HOST, "+password/joe=not-a-secret", "+ip/10.1.2")
        self.assertIn("\ninsecure\n", settings)
        self.assertIn(f"service_cfg = {HOST}/80:ip/10.1.2:true", settings)
        self.assertIn(f"service_cfg = {HOST}/80:password/joe:******", settings)
        self.assertNotIn("not-a-secret", settings)


harness.main()
