"""What stands in the way of connections in tests listens alike."""
import contextlib
import socket
import threading


class Accepting:
    """Listens on a free port of loopback, and hands each connection to accepted(), on a thread of its own.

    Whoever derives from it sets up its own things first."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.accepted(self.listener.accept()[0])

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self.listener.close()
