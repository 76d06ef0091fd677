"""Requests and answers that carry a token, so that a byte of somebody else's shows."""
import collections
import contextlib
import itertools
import random
import socket
import threading
import time

from harness import Origin, OriginHandler


def body_of(token, size):
    """`size` bytes that only this token's answer has, different at every place."""
    lines, have, n = [], 0, 0
    while have < size:
        line = f"{token}:{n}\n".encode()
        lines.append(line)
        have += len(line)
        n += 1
    return b"".join(lines)[:size]


class TokenHandler(OriginHandler):
    """GET /TOKEN/SIZE gives body_of(); POST /TOKEN/SIZE expects it and says how much of it came. /bytes/SIZE has no token."""

    def do_GET(self):
        _, token, size = self.path.split("/")
        if token == "bytes":
            return self._bytes(int(size))
        self.server.asked += 1
        self.send_response(200)
        self.send_header("X-Token", token)
        self.send_header("Content-Length", size)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body_of(token, int(size)))

    def do_POST(self):
        _, token, size = self.path.split("/")
        self.server.asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body != body_of(token, int(size))[:len(body)]:
            self.server.mixed.append(self.path)
        self.send_response(200)
        self.send_header("X-Token", token)
        answer = f"{token} {len(body)}".encode()
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(answer)


class TokenOrigin(Origin):
    request_queue_size = 1024

    def __init__(self):
        super().__init__()
        self.RequestHandlerClass = TokenHandler
        self.asked = 0
        self.mixed = []  # requests with foreign bytes

    def shutdown(self):
        super().shutdown()
        self.server_close()


class Mixed(Exception):
    """Bytes of somebody else's answer."""


class Cut(Exception):
    """The connection ended before the answer was whole."""


class TokenVisitor:
    """Asks again and again, each time with a new token; takes each answer apart to the byte."""
    NUMBERS = itertools.count(1)

    def __init__(self, port, host, patience=60, seed=0):
        self.port, self.host, self.patience = port, host, patience
        self.random = random.Random(seed)
        self.socket = None
        self.file = None

    def close(self):
        if self.socket:
            self.file.close()
            self.socket.close()
        self.socket = self.file = None

    def ask(self, method="GET", size=100, keep=True):
        """200: whole and right; another status: a clean refusal. Raises Mixed or Cut (OSError is a cut, too)."""
        token = f"t{next(self.NUMBERS)}x{self.random.getrandbits(32):08x}"
        if not self.socket:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.patience)
            self.file = self.socket.makefile("rb")
        try:
            status, kept = self._ask(method, token, size, keep)
        except Exception:
            self.close()
            raise
        if not (keep and kept):
            self.close()
        return status

    def _ask(self, method, token, size, keep):
        head = f"{method} /{token}/{size} HTTP/1.1\r\nHost: {self.host}\r\n" + ("" if keep else "Connection: close\r\n")
        if method == "POST":
            self.socket.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode() + body_of(token, size))
        else:
            self.socket.sendall(f"{head}\r\n".encode())
        status, fields = self._head()
        if status == 200:
            if fields.get("x-token") != token:
                raise Mixed(f"asked with {token}, answered with {fields}")
            expected = body_of(token, size) if method == "GET" else f"{token} {size}".encode()
            if int(fields["content-length"]) != len(expected):
                raise Mixed(f"{token}: length {fields['content-length']} instead of {len(expected)}")
            self._body(token, expected)
            return status, True
        self.file.read(int(fields["content-length"]) if "content-length" in fields else -1)
        return status, "content-length" in fields and fields.get("connection", "").lower() != "close"

    def _line(self):
        line = self.file.readline(65536)
        if not line.endswith(b"\r\n"):
            raise Cut(f"within a head: {line!r}")
        return line[:-2].decode("latin1")

    def _head(self):
        status, fields = self._line(), {}
        if not status.startswith("HTTP/1."):
            raise Mixed(f"no status line: {status!r}")
        while line := self._line():
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return int(status.split()[1]), fields

    def _body(self, token, expected):
        at = 0
        while at < len(expected):
            part = self.file.read1(min(1 << 16, len(expected) - at))
            if not part:
                raise Cut(f"{token}: {at} of {len(expected)} bytes")
            if part != expected[at:at + len(part)]:
                raise Mixed(f"{token}: foreign bytes at {at}: {part[:80]!r}")
            at += len(part)


class Crowd:
    """Visitors that ask until told to stop; what became of their requests is counted."""
    SIZES = (10, 10, 2_000, 40_000, 300_000)

    def __init__(self, port, hosts, count=4, sizes=SIZES, pause=0.0, patience=60):
        self.outcomes = collections.Counter()
        self.harm = []  # what must never be
        self.slowest = 0.0
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(port, hosts[n % len(hosts)], n, sizes, pause, patience), daemon=True)
                        for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _run(self, port, host, number, sizes, pause, patience):
        visitor = TokenVisitor(port, host, patience, seed=number)
        choose = random.Random(1000 + number)
        while not self.over.is_set():
            begun = time.monotonic()
            outcome = self._ask(visitor, choose, sizes)
            with self.lock:
                self.outcomes[outcome] += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)
            self.over.wait(pause if outcome in ("whole", "refused") else max(pause, 0.01))
        visitor.close()

    def _ask(self, visitor, choose, sizes):
        try:
            status = visitor.ask(choose.choice(("GET", "GET", "POST")), choose.choice(sizes), choose.random() < 0.7)
        except Mixed as mixed:
            self.harm.append(str(mixed))
            return "mixed"
        except TimeoutError as late:
            self.harm.append(f"no answer in {visitor.patience} s: {late}")
            return "late"
        except (Cut, OSError):
            return "cut"
        except Exception as other:  # noqa: BLE001 - a broken answer is harm, whatever it broke
            self.harm.append(repr(other))
            return "broken"
        if status == 200:
            return "whole"
        if status not in (502, 503, 504):
            self.harm.append(f"answered {status}")
        return "refused"

    def whole(self):
        return self.outcomes["whole"]

    def told(self):
        return ", ".join(f"{count} {what}" for what, count in sorted(self.outcomes.items())) + f"; slowest {self.slowest:.2f} s"
