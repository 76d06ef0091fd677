"""The relay of Debian's pagekite.py, and wires to it that remember what went over them."""
import contextlib
import pathlib
import select
import signal
import socket
import ssl
import sys
import threading

import harness
from accepting import Accepting
from harness import EndToEnd, free_port, wait_for

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "load"))

import peers  # noqa: E402 - found by the line above

GREETING = b"CONNECT PageKite:"


class Link:
    """One connection over a wire."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.said, self.heard = bytearray(), bytearray()  # by our connector, by it from the relay
        self.silent = False
        self.over = threading.Event()

    def run(self):
        other, kept = {self.near: self.far, self.far: self.near}, {self.near: self.said, self.far: self.heard}
        unsent = {self.near: b"", self.far: b""}
        with contextlib.suppress(OSError):
            while True:
                readable, writable, _ = select.select([end for end in other if not unsent[other[end]]],
                                                      [end for end in other if unsent[end]], [])
                if self.silent:
                    return  # as if packets were dropped: nothing, not even an end
                for end in readable:
                    part = self._read(end)
                    if part == b"":
                        return self.close()
                    if part:
                        kept[end] += part
                        unsent[other[end]] += part
                for end in set(writable) | {end for end in other if unsent[end]}:
                    with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                        unsent[end] = unsent[end][end.send(unsent[end]):]
        self.close()

    @staticmethod
    def _read(end):
        """Bytes; none at the end; None if none are there yet."""
        try:
            part = end.recv(1 << 16)
            while isinstance(end, ssl.SSLSocket) and end.pending():
                part += end.recv(end.pending())
            return part
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None

    def close(self):
        for end in (self.near, self.far):
            end.close()
        self.over.set()

    @property
    def is_greeting(self):
        return self.said.startswith(GREETING)

    @property
    def greeting(self):
        return bytes(self.said).partition(b"\r\n\r\n")[0].decode("latin1")

    def said_chunks(self):
        """(fields, data) of each."""
        return list(peers.Chunks().feed(bytes(self.said).partition(b"\r\n\r\n")[2]))

    def heard_chunks(self):
        return list(peers.Chunks().feed(bytes(self.heard).partition(b"\r\n\r\n")[2]))

    def compressed_chunks(self):
        """How many the relay sent."""
        chunks = peers.Chunks()
        list(chunks.feed(bytes(self.heard).partition(b"\r\n\r\n")[2]))
        return chunks.compressed

    def told(self, name):
        """The values of all lines of that name in the relay's reply and its control chunks."""
        head = bytes(self.heard).partition(b"\r\n\r\n")[0].decode("latin1")
        return peers.values(head + "".join(fields["lines"] for fields, _ in self.heard_chunks()), name)


class Wire(Accepting):
    """Forwards connections to a port, keeps what goes over them, and can fall silent.

    @param dress what to do with a new connection first, e.g. TLS; called on a thread of its own"""

    def __init__(self, to_port, dress=None):
        self.to_port, self.dress = to_port, dress or (lambda near: near)
        self.connections = []
        super().__init__()

    def accepted(self, near):
        threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near):
        near.settimeout(harness.PATIENCE)
        try:
            near = self.dress(near)
            far = socket.create_connection(("127.0.0.1", self.to_port))
        except OSError:
            return near.close()
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(near, far)
        self.connections.append(link)
        link.run()

    def links(self):
        """Connections that began with a greeting."""
        return [link for link in list(self.connections) if link.is_greeting]

    def flown(self):
        """Links on which the relay accepted a kite."""
        return [link for link in self.links() if link.told("X-PageKite-OK")]

    def freeze(self):
        """Silences the connections that are there; new ones work."""
        for link in list(self.connections):
            link.silent = True

    def close(self):
        super().close()
        for link in list(self.connections):
            if not link.over.is_set():
                with contextlib.suppress(OSError):
                    link.near.shutdown(socket.SHUT_RDWR)
                    link.far.shutdown(socket.SHUT_RDWR)


class RelayOfPagekite(EndToEnd):
    """Our connectors reach it over self.wire, visitors at self.port."""
    connector_options = []

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.relay = self.start_relay()
        self.wire = self.wire_to(self.port)

    def start_relay(self, *options, ports=None):
        ports = ports or [self.port]
        relay = self.pagekite(
            "--isfrontend", "--host=127.0.0.1", f"--ports={','.join(map(str, ports))}", "--rawports=virtual",
            "--protos=http,http2,http3,https,websocket,irc,raw,xmpp", *options,
            "--domain=*:*.kite.test:s3cret", "--domain=*:unknown:s3cret")
        wait_for("pagekite's relay listens", lambda: all(map(harness.answers, ports)))
        return relay

    def wire_to(self, port, dress=None):
        wire = Wire(port, dress)
        self.addCleanup(wire.close)
        return wire

    def connector(self, *words, port=None):
        return self.kite("--clean", f"--frontend=127.0.0.1:{port or self.wire.port}", *self.connector_options, *words, "--json")

    def fly(self, *kites, port=None, options=()):
        """@param kites (protoport:name, port of its server) each"""
        connector = self.connector(*options, *(f"--service_on={kite}:localhost:{server}:s3cret" for kite, server in kites),
                                   port=port)
        for kite, _ in kites:
            connector.wait_event("flying", kite=kite)
        return connector

    def get(self, host, path="/", port=None):
        """(status, body)"""
        return self.curl(f"http://127.0.0.1:{port or self.port}{path}", host=host)[1:]

    def served_by(self, host, port=None):
        """The port of the server that answers; 0: none."""
        words = self.get(host, port=port)[1].split()
        return int(words[2]) if words[:2] == [b"hello", b"from"] else 0

    def is_away(self, host):
        """The relay has no such kite."""
        status, page = self.get(host)
        return status == 503 and b"Sorry! (fe)" in page

    def freeze(self, process):
        process.child.send_signal(signal.SIGSTOP)
        self.addCleanup(process.child.send_signal, signal.SIGCONT)
