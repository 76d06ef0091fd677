"""What the end-to-end tests share: the programs under test, origin servers, and impatient waiting.

Every test uses loopback and free ports, keeps its files in a folder of its own, and ends what it
started by process id."""
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from ports import free_port  # noqa: F401 - tests take it from here

BIN = pathlib.Path(os.environ["KITE_BIN"])
KITE = str(BIN / "kite")
SANITIZED = os.environ.get("KITE_SANITIZED", "") == "1"
PATIENCE = 60 * (4 if SANITIZED else 1)  # seconds; far above what is expected, so only hangs fail


def wait_for(what, test, seconds=PATIENCE):
    """Calls test() until it gives something true; its value is returned."""
    end = time.monotonic() + seconds
    while True:
        got = test()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def answers(port, host="127.0.0.1"):
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


class Process:
    """A program that is ended with its test; standard output is kept line by line."""

    def __init__(self, *command, env=None, stdin=None):
        self.command = [str(word) for word in command]
        self.lines = []
        self.error_lines = []
        self.child = subprocess.Popen(
            self.command, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace", env={**os.environ, **(env or {})})
        self.readers = [self._collect(self.child.stdout, self.lines), self._collect(self.child.stderr, self.error_lines)]

    @staticmethod
    def _collect(pipe, lines):
        def run():
            for line in pipe:
                lines.append(line.rstrip("\n"))
        reader = threading.Thread(target=run, daemon=True)
        reader.start()
        return reader

    @property
    def pid(self):
        return self.child.pid

    def events(self, name=None):
        found = []
        for line in list(self.lines):
            if line.startswith("{"):
                event = json.loads(line)
                if name is None or event.get("event") == name:
                    found.append(event)
        return found

    def wait_event(self, name, seconds=PATIENCE, after=0, **fields):
        """The first event of that name, past the first `after` of them, whose fields fit."""
        def look():
            if self.child.poll() is not None:
                self.wait()  # until all that it said is here
            if self.child.returncode is not None and not self.events(name)[after:]:
                raise AssertionError(f"{self.command} ended with {self.child.returncode} before '{name}':\n" + self.said())
            return next((e for e in self.events(name)[after:] if all(e.get(k) == v for k, v in fields.items())), None)
        try:
            return wait_for(f"event {name} {fields}", look, seconds)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.said()}") from None

    def said(self):
        return "\n".join(["-- standard output", *self.lines, "-- standard error", *self.error_lines])

    def wait(self, seconds=PATIENCE):
        code = self.child.wait(seconds)
        for reader in self.readers:
            reader.join(5)
        return code

    def peak_kib(self):
        """Largest resident set so far, in KiB."""
        return self._status("VmHWM")

    def _status(self, key):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def kill(self):
        self.child.kill()
        self.child.wait()

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
                raise AssertionError(f"{self.command} did not end when asked to:\n{self.said()}") from None
        for pipe in (self.child.stdout, self.child.stderr):
            pipe.close()


# ------------------------------------------------------------------------------- origin servers
def pattern(size, seed=7):
    """Reproducible bytes that do not compress."""
    block = b"".join(hashlib.sha256(f"{seed}:{n}".encode()).digest() for n in range(2048))  # 64 KiB
    return (block * (size // len(block) + 1))[:size]


class OriginHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes

    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self._websocket()
        parts = self.path.strip("/").split("/")
        if parts[0] == "bytes":  # /bytes/SIZE: SIZE bytes of pattern()
            return self._bytes(int(parts[1]))
        if parts[0] == "text":  # /text/SIZE: compressible
            return self._answer(200, (b"All work and no play. " * (int(parts[1]) // 22 + 1))[:int(parts[1])], "text/html")
        if parts[0] == "fields":  # what came of the head
            return self._answer(200, json.dumps(self.headers.items()).encode())
        if parts[0] == "late":  # answers when the visitor has no more to say
            self.rfile.read()
        if parts[0] == "together":  # answers when all are here
            self.server.gathering.wait(10 * PATIENCE)
        body = f"hello from {self.server.server_port} path {self.path}\n".encode()
        return self._answer(200, body)

    def do_POST(self):
        left, digest = int(self.headers["Content-Length"]), hashlib.sha256()
        while left > 0:
            part = self.rfile.read(min(left, 1 << 16))
            if not part:
                break
            digest.update(part)
            left -= len(part)
        self._answer(200, digest.hexdigest().encode())

    def _answer(self, status, body, kind="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _bytes(self, size):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        block, left = self.server.block, size
        while left > 0:
            part = block[:min(left, len(block))]
            self.wfile.write(part)
            left -= len(part)

    def _websocket(self):
        import base64
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.wfile.write((f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode())
        self.close_connection = True
        while True:  # echoes bytes as they are: framing is the clients' business here
            data = self.connection.recv(1 << 16)
            if not data:
                return
            self.connection.sendall(data)

    def log_message(self, *_):
        pass


class Origin(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, certificate=None):
        super().__init__(("127.0.0.1", 0), OriginHandler)
        self.block = pattern(1 << 20)
        self.gathering = threading.Barrier(1)  # of how many visitors `/together`: a test says
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # visitors that leave early are part of the tests

    @property
    def port(self):
        return self.server_address[1]

    def sha256_of(self, size):
        digest, left = hashlib.sha256(), size
        while left > 0:
            digest.update(self.block[:min(left, len(self.block))])
            left -= len(self.block)
        return digest.hexdigest()


class Echo(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Speaks first, like SSH, then echoes; says `bye` after the visitor's end."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.sendall(b"welcome\n")
                while data := self.request.recv(1 << 16):
                    self.request.sendall(data)
                self.request.sendall(b"bye\n")
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Forwarder:
    """A TCP proxy that can fall silent: sockets stay open, no byte goes through any more."""

    def __init__(self, to_port):
        self.to_port = to_port
        self.frozen = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to_port))
            except OSError:
                near.close()
                continue
            cut = threading.Event()
            self.cut = cut
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink, cut), daemon=True).start()

    @staticmethod
    def _pump(source, sink, cut):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if cut.is_set():
                    threading.Event().wait()  # as if packets were dropped: nothing, not even an end
                sink.sendall(data)
            if cut.is_set():
                threading.Event().wait()
            sink.shutdown(socket.SHUT_WR)

    def freeze(self):
        """Silences the connections that are there; new ones work."""
        self.cut.set()

    def close(self):
        self.listener.close()


# ---------------------------------------------------------------------------------- the test case
class EndToEnd(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kite-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        # nothing of the person's own settings takes part
        self.home = self.folder / "home"
        self.home.mkdir()

    def start(self, *command, env=None):
        process = Process(*command, env={"HOME": str(self.home), **(env or {})})
        self.addCleanup(process.stop)
        return process

    def kite(self, *words, env=None):
        return self.start(KITE, *words, env=env)

    def run_kite(self, *words, env=None, seconds=PATIENCE):
        """Runs it to its end: (exit code, standard output, standard error)."""
        process = Process(KITE, *words, env={"HOME": str(self.home), **(env or {})})
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("kite did not end:\n" + process.said()) from None
        finally:
            process.stop()
        return code, "\n".join(process.lines), "\n".join(process.error_lines)

    def origin(self, **options):
        server = Origin(**options)
        self.addCleanup(server.shutdown)
        return server

    def echo(self):
        server = Echo()
        self.addCleanup(server.shutdown)
        return server

    def curl(self, url, *options, host=None, seconds=300):
        """(exit code, status, body bytes)"""
        out = self.folder / f"curl-{threading.get_ident()}-{time.monotonic_ns()}"
        words = ["curl", "--silent", "--show-error", "--max-time", str(seconds), "--noproxy", "*",
                 "--output", str(out), "--write-out", "%{http_code}", *options]
        if host:
            words += ["--header", f"Host: {host}"]
        done = subprocess.run([*words, url], capture_output=True, text=True)
        body = out.read_bytes() if out.exists() else b""
        out.unlink(missing_ok=True)
        return done.returncode, int(done.stdout or 0), body

    def curl_sha256(self, url, *options, host=None, seconds=600):
        """SHA-256 of the body, without keeping it."""
        words = ["curl", "--silent", "--show-error", "--fail", "--max-time", str(seconds), "--noproxy", "*", *options]
        if host:
            words += ["--header", f"Host: {host}"]
        with subprocess.Popen([*words, url], stdout=subprocess.PIPE) as process:
            digest = hashlib.sha256()
            while part := process.stdout.read(1 << 20):
                digest.update(part)
            process.wait()
        self.assertEqual(process.returncode, 0, "curl failed")
        return digest.hexdigest()

    def wait_kite(self, port, host, status=200, path="/", seconds=PATIENCE):
        """Until a visitor of this kite is answered."""
        wait_for(f"{host} answers {status} on port {port}",
                 lambda: self.curl(f"http://127.0.0.1:{port}{path}", host=host, seconds=10)[1] == status, seconds)

    def websocket_echo(self, port, host, payload):
        """Upgrades and has `payload` (framed bytes of any kind) echoed."""
        with socket.create_connection(("127.0.0.1", port), 30) as visitor:
            visitor.sendall(f"GET /chat HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                part = visitor.recv(4096)
                self.assertTrue(part, f"closed after {head!r}")
                head += part
            head, _, rest = head.partition(b"\r\n\r\n")
            self.assertIn(b" 101 ", head.split(b"\r\n")[0])
            self.assertIn(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head)
            threading.Thread(target=visitor.sendall, args=(payload,), daemon=True).start()
            while len(rest) < len(payload):
                part = visitor.recv(1 << 16)
                self.assertTrue(part, "closed in the middle")
                rest += part
            self.assertEqual(rest, payload)

    def raw_echo(self, port, host, raw_port, payload):
        """CONNECT, the server's greeting, an echo, and half-close."""
        with socket.create_connection(("127.0.0.1", port), 60) as visitor:
            visitor.sendall(f"CONNECT {host}:{raw_port} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            threading.Thread(target=self._send_and_end, args=(visitor, payload), daemon=True).start()
            got = b""
            while part := visitor.recv(1 << 16):
                got += part
            head, _, rest = got.partition(b"\r\n\r\n")
            self.assertIn(b" 200 ", head.split(b"\r\n")[0] + b" ")
            self.assertEqual(rest, b"welcome\n" + payload + b"bye\n")

    @staticmethod
    def _send_and_end(visitor, payload):
        visitor.sendall(payload)
        visitor.shutdown(socket.SHUT_WR)

    def certificate(self, name):
        """A self-signed certificate with its key in one file, and its SHA-256 fingerprint."""
        pem, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                        "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
        der = ssl.PEM_cert_to_DER_cert(pem.read_text())
        pem.write_text(pem.read_text() + key.read_text())
        return str(pem), hashlib.sha256(der).hexdigest()

    def pagekite(self, *options):
        """Debian's pagekite.py, the counterpart."""
        return self.start("/usr/bin/pagekite", "--clean", "--nullui", "--logfile=stdio", *options)


def parallel(count, job):
    """Runs job(n) in `count` threads; the results in order; raises the first failure."""
    results, failures = [None] * count, []

    def run(n):
        try:
            results[n] = job(n)
        except Exception as failure:  # noqa: BLE001 - handed to the caller
            failures.append(failure)
    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def main():
    sys.stdout.reconfigure(line_buffering=True)
    unittest.main(verbosity=2)
