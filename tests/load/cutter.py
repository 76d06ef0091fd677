"""A way between connector and relay that can be cut at any byte."""
import random
import selectors
import socket
import struct
import threading


class Cutter:
    """Forwards every connection to `to_port`; cut() ends them all, in the middle of whatever was under way."""

    def __init__(self, to_port):
        self.to_port = to_port
        self.random = random.Random(5)
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.wake, self.waken = socket.socketpair()
        self.cuts = 0
        self.orders = []
        self.stopped = False
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(self.waken, selectors.EVENT_READ, self._obey)
        self.pairs = {}
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopped:
            for key, _ in self.selector.select():
                key.data(key.fileobj)

    def _accept(self, listener):
        near, _ = listener.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.to_port), 5)
        except OSError:
            return near.close()
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pairs[one] = other
            self.selector.register(one, selectors.EVENT_READ, self._forward)

    def _forward(self, source, at_most=1 << 16):
        sink = self.pairs.get(source)
        if sink is None:
            return  # ended in this round
        try:
            data = source.recv(at_most)
            if data:
                return sink.sendall(data)
        except OSError:
            pass
        self._end(source)

    def _end(self, one):
        for end in (one, self.pairs[one]):
            self.selector.unregister(end)
            del self.pairs[end]
            end.close()

    def _obey(self, waken):
        waken.recv(1)
        kind = self.orders.pop(0)
        for one in list(self.pairs):
            if one not in self.pairs:
                continue
            if kind == "within":  # some bytes still, so that a chunk is cut apart
                for end in (one, self.pairs[one]):
                    end.setblocking(False)
                    self._forward(end, self.random.randrange(1, 700))
                    if end not in self.pairs:
                        break
                if one not in self.pairs:
                    continue
            if kind == "reset":
                for end in (one, self.pairs[one]):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._end(one)
        self.cuts += 1

    def cut(self, kind):
        """@param kind: "end", "reset", or "within" a chunk"""
        self.orders.append(kind)
        self.wake.send(b"!")

    def close(self):
        self.stopped = True
        self.orders.append("end")
        self.wake.send(b"!")
        self.thread.join()
        for end in (self.listener, self.wake, self.waken):
            end.close()
