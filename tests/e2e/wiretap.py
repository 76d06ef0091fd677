"""What passes between a connector and a relay, and links that break for one of the two only."""
import contextlib
import socket
import threading

from accepting import Accepting

LIFE = b"c\r\nNOOP: 1\r\n\r\n!"  # a chunk that says nothing but that somebody is there
KEPT = 1 << 20  # bytes of each direction


class Talk:
    """One connection: `up` is what the connector said, `down` what the relay did."""

    def __init__(self, connector, relay):
        self.connector, self.relay = connector, relay
        self.up, self.down = b"", b""
        self.relay_ended = False
        self.lock, self.held = threading.Lock(), None  # bytes: what the connector does not hear
        self.has_hung_up = False
        for run in (self._carry_up, self._carry_down):
            threading.Thread(target=run, daemon=True).start()

    def _carry_up(self):
        with contextlib.suppress(OSError):
            while data := self.connector.recv(1 << 16):
                self.up += data[:KEPT - len(self.up)]
                self.relay.sendall(data)
        if not self.has_hung_up:
            self._end(self.relay)

    def _carry_down(self):
        with contextlib.suppress(OSError):
            while data := self.relay.recv(1 << 16):
                self.down += data[:KEPT - len(self.down)]
                with self.lock:
                    if self.held is None:
                        self.connector.sendall(data)
                    else:
                        self.held += data
                        self.relay.sendall(LIFE)
        self.relay_ended = True
        self._end(self.connector)

    @staticmethod
    def _end(side):
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_WR)

    def silence(self):
        """From now on the connector hears nothing, while the relay is told that somebody lives."""
        with self.lock:
            self.held = b""

    def release(self):
        with self.lock:
            self.connector.sendall(self.held)
            self.held = None

    def hang_up(self):
        """Ends the connector's side; for the relay it lives on."""
        self.has_hung_up = True
        self.silence()
        self.connector.shutdown(socket.SHUT_RDWR)


class Wiretap(Accepting):
    """A TCP proxy in front of a relay that remembers what was said."""

    def __init__(self, relay_port):
        self.talks = []
        self.relay_port = relay_port
        super().__init__()

    def accepted(self, connector):
        self.talks.append(Talk(connector, socket.create_connection(("127.0.0.1", self.relay_port))))

    def begun_by(self, words):
        """The connections whose first bytes are these, in order."""
        return [talk for talk in list(self.talks) if talk.up.startswith(words)]

    def greetings(self):
        """Unencrypted links, and the connections on which their challenges were asked for."""
        return self.begun_by(b"CONNECT PageKite:1 ")

    def close(self):
        super().close()
        for talk in self.talks:
            for side in (talk.connector, talk.relay):
                with contextlib.suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
                side.close()
