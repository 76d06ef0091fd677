"""How servers that are more or less lenient would cut the same bytes into requests: where they differ, requests can be
smuggled. And an origin that keeps every byte it gets."""
import dataclasses
import itertools
import re
import socket
import threading


@dataclasses.dataclass
class Request:
    line: str
    fields: list  # (name as the reader takes it, value)

    def all(self, name):
        return [value for key, value in self.fields if key == name]


@dataclasses.dataclass(frozen=True)
class Reader:
    """One server's habits."""
    line_end: bytes      # regular expression
    coding_first: bool   # Transfer-Encoding counts more than Content-Length
    any_coding: bool     # "chunked" anywhere in any value, whatever stands around
    last_length: bool    # of several the last one
    folds: bool          # lines that begin with a blank belong to the one before
    loose_names: bool    # blanks before the colon and "_" for "-" are fine

    def name(self, raw):
        raw = raw.lower()
        return raw.strip().replace("_", "-") if self.loose_names else raw

    def requests(self, data):
        found = []
        while data.strip(b"\r\n"):
            request, data = self._one(data)
            if request is None:
                break
            found.append(request)
        return found

    def _one(self, data):
        lines, at = [], 0
        for end in re.finditer(self.line_end, data):
            line = data[at:end.start()]
            at = end.end()
            if not line and lines:
                return self._with_body(lines, data[at:])
            if line:
                lines.append(line.decode("latin1"))
        return None, b""

    def _with_body(self, lines, rest):
        fields = []
        for line in lines[1:]:
            if self.folds and line[0] in " \t" and fields:
                fields[-1] = (fields[-1][0], fields[-1][1] + " " + line.strip())
                continue
            raw, _, value = line.partition(":")
            fields.append((self.name(raw), value.strip(" \t\x0b\x0c\x00")))
        request = Request(lines[0], fields)
        codings, lengths = request.all("transfer-encoding"), request.all("content-length")
        chunked = any("chunked" in value.lower() if self.any_coding else value.lower() == "chunked" for value in codings)
        if chunked and (self.coding_first or not lengths):
            return request, self._behind_chunks(rest)
        if lengths:
            digits = re.match(r"\+?(\d+)", lengths[-1 if self.last_length else 0])
            return request, rest[int(digits[1]):] if digits else rest
        return request, rest

    def _behind_chunks(self, rest):
        while True:
            end = re.search(self.line_end, rest)
            size = re.match(rb"\s*(?:0x)?([0-9a-fA-F]+)", rest[:end.start()]) if end else None
            if not size:
                return rest[end.end():] if end else b""
            count, rest = int(size[1], 16), rest[end.end():]
            if count == 0:
                break
            rest = re.sub(rb"^\r?\n", b"", rest[count:])
        while end := re.search(self.line_end, rest):  # trailers
            line, rest = rest[:end.start()], rest[end.end():]
            if not line:
                break
        return rest


READERS = [Reader(*habits) for habits in itertools.product(
    (rb"\r\n", rb"\r?\n", rb"\r\n|\n|\r"), (True, False), (True, False), (True, False), (True, False), (True, False))]


class RecordingOrigin:
    """Answers each request that a strict reader sees; keeps the bytes of each connection."""
    STRICT = Reader(rb"\r\n", True, False, False, False, False)

    def __init__(self):
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                visitor, _ = self.listener.accept()
            except OSError:
                return
            seen = bytearray()
            self.connections.append(seen)
            threading.Thread(target=self._serve, args=(visitor, seen), daemon=True).start()

    def _serve(self, visitor, seen):
        answered = 0
        with visitor:
            try:
                while data := visitor.recv(1 << 16):
                    seen += data
                    complete = len(self.STRICT.requests(bytes(seen)))
                    for _ in range(complete - answered):
                        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
                    answered = max(answered, complete)
            except OSError:
                return

    def taken(self):
        """The bytes of each connection since the last call."""
        taken, self.connections = self.connections, []
        return [bytes(seen) for seen in taken]

    def close(self):
        self.listener.close()
