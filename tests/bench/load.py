"""Visitors of all kinds: bench_load and wrk for what must be fast, plain sockets for the rest."""
import contextlib
import json
import os
import re
import select
import socket
import subprocess
import threading
import time

PROGRAM = os.environ["BENCH_LOAD"]
LOOPBACK = "127.0.0.1"
GRACE = 30  # seconds that a load may take longer than it should


def _request(host, path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


def answers(port, host, path="/small", seconds=0.5):
    """Whether a visitor gets what he asks for."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), seconds) as visitor:
        visitor.sendall(_request(host, path, "Connection: close\r\n"))
        return visitor.recv(64).split(b" ")[1:2] == [b"200"]
    return False


def bench_load(verb, system, **options):
    """What it prints, as a dictionary."""
    return finish(start(verb, system, **options), options.get("seconds", 0))


def start(verb, system, **options):
    words = [f"--{name}={value}" for name, value in {"port": system.port, "host": system.host, **options}.items()]
    return subprocess.Popen([PROGRAM, verb, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def finish(process, seconds):
    try:
        text = process.communicate(timeout=seconds + GRACE)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"errors": 1}
    return json.loads(text) if process.returncode == 0 else {"errors": 1}


def wrk(system, path, visitors, seconds, keep_alive):
    words = ["wrk", "-t1", f"-c{visitors}", f"-d{seconds}s", "--latency", "-H", f"Host: {system.host}"]
    if not keep_alive:
        words += ["-H", "Connection: close"]
    done = subprocess.run([*words, f"http://{LOOPBACK}:{system.port}{path}"], capture_output=True, text=True,
                          timeout=seconds + GRACE)
    return read_wrk(done.stdout)


def read_wrk(text):
    """wrk's report as numbers."""
    def number(pattern):
        found = re.search(pattern, text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def milliseconds(share):
        found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)$", text, re.MULTILINE)
        return float(found[1]) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[found[2]] if found else None
    errors = sum(int(count) for line in re.findall(r"Socket errors: (.*)", text) for count in re.findall(r"\d+", line))
    return {"rate": number(r"Requests/sec:\s+([\d.]+)"), "requests": number(r"(\d+) requests in"),
            "p50_ms": milliseconds(50), "p99_ms": milliseconds(99),
            "errors": errors + int(number(r"Non-2xx or 3xx responses: (\d+)"))}


class Idlers:
    """Visitors that have been answered once and then keep their connections; as many as come within a time."""
    TOGETHER = 50

    def __init__(self, system, count, path, seconds=30):
        self.sockets, failures = [], 0
        end = time.monotonic() + seconds
        while len(self.sockets) < count and failures < count and time.monotonic() < end:
            failures += self._open(system, min(self.TOGETHER, count - len(self.sockets)), path)
        self.missing = count - len(self.sockets)

    def _open(self, system, count, path):
        """How many of them were not answered."""
        coming, failures = [], 0
        with contextlib.suppress(OSError):
            for _ in range(count):
                coming.append(socket.create_connection((LOOPBACK, system.port), 5))
                coming[-1].sendall(_request(system.host, path))
        for visitor in coming:
            try:
                self._read_answer(visitor)
                self.sockets.append(visitor)
            except OSError:
                visitor.close()
                failures += 1
        return failures + count - len(coming)

    def _read_answer(self, visitor):
        answer = b""
        while b"\r\n\r\n" not in answer or len(answer) < self._whole(answer):
            part = visitor.recv(8192)
            if not part:
                raise OSError("closed")
            answer += part

    @staticmethod
    def _whole(answer):
        head = answer[:answer.index(b"\r\n\r\n") + 4]
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        return len(head) + int(length[1] if length else 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for visitor in self.sockets:
            visitor.close()


@contextlib.contextmanager
def stalled(system, path, after_bytes):
    """A visitor that reads so much of a large file, and then no more."""
    with socket.create_connection((LOOPBACK, system.port), 10) as visitor:
        visitor.sendall(_request(system.host, path))
        left = after_bytes
        while left > 0 and (part := visitor.recv(min(left, 1 << 16))):
            left -= len(part)
        yield


class SilentPath:
    """A TCP forwarder that can fall silent: sockets stay open, no byte goes through any more. New ones work."""

    def __init__(self, port, to_port):
        self.to_port = to_port
        self.listener = socket.create_server((LOOPBACK, port), backlog=64)
        self.silenced = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection((LOOPBACK, self.to_port))
            except OSError:
                return
            threading.Thread(target=self._forward, args=(near, far, self.silenced), daemon=True).start()

    def _forward(self, near, far, silenced):
        other = {near: far, far: near}
        with near, far, contextlib.suppress(OSError):
            going = True
            while going and not silenced.is_set():
                for source in select.select([near, far], [], [], 0.1)[0]:
                    data = source.recv(1 << 18)
                    other[source].sendall(data)
                    going = going and bool(data)
            if silenced.is_set():
                self.ended.wait()

    def silence(self):
        """The connections that are there now."""
        self.silenced.set()
        self.silenced = threading.Event()

    def close(self):
        self.ended.set()
        self.listener.close()
