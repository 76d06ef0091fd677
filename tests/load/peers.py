"""Ends of a link as scripts: chunks and greetings byte by byte (kitecore/wire/PROTOCOL.md), well-behaved or not."""
import contextlib
import hashlib
import secrets
import select
import socket
import threading
import time
import zlib

SECRET = "s3cret"
FEATURES = ("AddKites", "KiteWindow")


def sign(token, text, secret=SECRET):
    t8 = token[:8]
    return t8 + hashlib.sha1((secret + text + t8).encode()).hexdigest()[:28]


def salt():
    return "a" + secrets.token_hex(15)  # no leading "t": that would mean a time


def chunk(lines, data=b""):
    body = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + data
    return b"%x\r\n" % len(body) + body


def data_chunk(sid, data):
    return chunk([f"SID: {sid}"], data)


def end_chunk(sid, letters="1WR"):
    return chunk([f"SID: {sid}", f"EOF: {letters}"], b"Bye!")


def opening(sid, host, proto="http", port=80, rip="127.0.0.1", rport=4711, data=b""):
    return chunk([f"SID: {sid}", f"Proto: {proto}", f"Host: {host}", f"Port: {port}", f"RIP: {rip}", f"RPort: {rport}"], data)


def taken(sid, kib):
    return chunk(["NOOP: 1", f"SID: {sid}", f"SKB: {kib}"])


class Chunks:
    """Takes bytes, gives (fields, data) of whole chunks; names in lower case, of several lines the first counts."""

    def __init__(self):
        self.bytes = bytearray()
        self.inflater = zlib.decompressobj()
        self.compressed = 0  # chunks that came so

    def feed(self, part):
        self.bytes += part
        while (line_end := self.bytes.find(b"\r\n")) >= 0:
            size_line = bytes(self.bytes[:line_end])
            inflated, compressed, size = size_line.rstrip(b"R").partition(b"Z")
            end = line_end + 2 + int(size or inflated, 16)
            if len(self.bytes) < end:
                return
            body = bytes(self.bytes[line_end + 2:end])
            del self.bytes[:end]
            if size_line.endswith(b"R"):
                self.inflater = zlib.decompressobj()
            if compressed:
                body = self.inflater.decompress(body)
                self.compressed += 1
            head, _, data = (b"\r\n" + body).partition(b"\r\n\r\n")
            fields = {}
            for line in head.decode("latin1").split("\r\n"):
                name, colon, value = line.partition(":")
                if colon:
                    fields.setdefault(name.lower(), value.strip())
            fields["lines"] = head.decode("latin1")
            yield fields, data


def request(kites, features=FEATURES, replace=None):
    """@param kites: (kite, bsalt, fsalt, signature) each"""
    lines = ["CONNECT PageKite:1 HTTP/1.0", *(f"X-PageKite-Features: {feature}" for feature in features)]
    if replace:
        lines.append(f"X-PageKite-Replace: {replace}")
    lines += ["X-PageKite-Version: 1.5.2", *kite_lines(kites)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def kite_lines(kites):
    return [f"X-PageKite: {kite}:{bsalt}:{fsalt}:{signature}" for kite, bsalt, fsalt, signature in kites]


def values(text, name):
    """Of all lines of that name."""
    return [line.partition(":")[2].strip() for line in text.replace("\r\n", "\n").split("\n")
            if line.lower().startswith(name.lower() + ":")]


def proofs(text, secret=SECRET):
    """The signed kites for the challenges in a reply."""
    signed = []
    for value in values(text, "X-PageKite-SignThis"):
        protoport, domain, bsalt, fsalt = value.split(":")
        what = f"{protoport}:{domain}:{bsalt}"
        signed.append((f"{protoport}:{domain}", bsalt, fsalt, sign(salt(), f"{what}:{fsalt}", secret)))
    return signed


class Refused(Exception):
    pass


class ScriptedConnector:
    """One link of kites to a relay, past its greeting. Reading and writing are the script's business; `serve` behaves well."""

    def __init__(self, port, *kites, features=FEATURES, secret=SECRET, replace=None, patience=30):
        self.port, self.kites, self.chunks = port, kites, Chunks()
        self.socket = socket.create_connection(("127.0.0.1", port), patience)
        self.waiting = []
        self.socket.sendall(request([(kite, salt(), "", "") for kite in kites], features, replace))
        self.reply = self._head()
        signed = proofs(self.reply, secret)
        self.socket.sendall(chunk(["NOOP: 1", *kite_lines(signed)], b"!"))
        self.verdict = self.next_chunk(lambda fields: "x-pagekite" in fields["lines"].lower())[0]["lines"]
        self.session = (values(self.verdict, "X-PageKite-SessionID") or [None])[-1]
        if len(values(self.verdict, "X-PageKite-OK")) < len(kites):
            self.socket.close()
            raise Refused(self.verdict)

    def _head(self):
        got = b""
        while b"\r\n\r\n" not in got:
            part = self.socket.recv(65536)
            if not part:
                raise Refused(f"closed within the reply: {got!r}")
            got += part
        head, _, rest = got.partition(b"\r\n\r\n")
        self.waiting += self.chunks.feed(rest)
        return head.decode("latin1")

    def next_chunk(self, fits=lambda fields: True):
        """The next chunk that fits; others are dropped, pings answered."""
        while True:
            while self.waiting:
                fields, data = self.waiting.pop(0)
                if "ping" in fields:
                    self.socket.sendall(chunk(["NOOP: 1", f"PONG: {fields['ping']}"], b"!"))
                if fits(fields):
                    return fields, data
            part = self.socket.recv(65536)
            if not part:
                raise ConnectionResetError("the relay closed the link")
            self.waiting += self.chunks.feed(part)

    def close(self):
        self.socket.close()


class ScriptedRelay:
    """Listens for connectors and lets every kite fly; then `script(socket, kites)` has the link, each on a thread.

    @param lines more of them for its reply"""

    def __init__(self, script, features=FEATURES, lines=()):
        self.script, self.features, self.lines = script, features, lines
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.links = 0
        self.failures = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                link, _ = self.listener.accept()
                threading.Thread(target=self._greet, args=(link,), daemon=True).start()

    def _greet(self, link):
        with link, contextlib.suppress(OSError):
            link.settimeout(60)
            got = b""
            while b"\r\n\r\n" not in got:
                part = link.recv(65536)
                if not part:
                    return
                got += part
            asked = [value.split(":") for value in values(got.decode("latin1"), "X-PageKite")]
            if not asked:
                return link.sendall(b"HTTP/1.1 503 Unavailable\r\n\r\n")
            kites = [f"{fields[0]}:{fields[1]}" for fields in asked]
            verdicts = [f"X-PageKite-OK: {fields[0]}:{fields[1]}:{fields[2]}" for fields in asked]
            head = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked",
                    *(f"X-PageKite-Features: {feature}" for feature in self.features),
                    "X-PageKite-Protos: http, raw", "X-PageKite-Ports: 80",
                    *verdicts, f"X-PageKite-SessionID: {secrets.token_hex(16)}", *self.lines]
            link.sendall("".join(f"{line}\r\n" for line in [*head, ""]).encode())
            time.sleep(0.05)  # nobody may send chunks in the same breath
            self.links += 1
            self.script(link, kites)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self.listener.close()


def send_while(link, make, seconds, reading=True, count=None):
    """Sends what make() gives until time or count is over, or the peer ends. Reads and drops what comes, unless told not
    to. @return (chunks sent, bytes sent, whether the peer ended the link)"""
    link.setblocking(False)
    sent = chunks = 0
    pending = memoryview(b"")
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and (pending or count is None or chunks < count):
            if not pending:
                pending = memoryview(make())
                chunks += 1
            readable, writable, _ = select.select([link] if reading else [], [link], [], 0.2)
            if readable and not link.recv(1 << 18):
                return chunks, sent, True
            if writable:
                done = link.send(pending)
                pending, sent = pending[done:], sent + done
        return chunks, sent, False
    except (ConnectionError, BrokenPipeError):
        return chunks, sent, True


def closed_within(link, seconds):
    """Whether the peer ends the link; what it says until then is dropped."""
    end = time.monotonic() + seconds
    link.setblocking(False)
    while (left := end - time.monotonic()) > 0:
        if not select.select([link], [], [], left)[0]:
            return False
        try:
            if not link.recv(1 << 18):
                return True
        except BlockingIOError:
            continue
        except ConnectionError:
            return True
    return False
