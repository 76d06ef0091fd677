"""A DNS server for one test: it answers over UDP what it is told to, as far as account look-ups need it (RFC 1035)."""
import socket
import struct
import threading

A, CNAME, IN, NAME_ERROR = 1, 5, 1, 3


class Zone:
    """@param answer of a name, lower case, without the final dot: an address; (canonical name, address); None: no such name;
    False: say nothing"""

    def __init__(self, answer, address="127.0.0.1", port=53):
        self.answer, self.asked = answer, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.socket.sendto(b"", self.socket.getsockname())  # wakes it
        self.thread.join()
        self.socket.close()

    def _run(self):
        while True:
            question, asker = self.socket.recvfrom(1024)
            if not question:
                return
            if reply := self._reply(question):
                self.socket.sendto(reply, asker)

    def _reply(self, question):
        labels, at = [], 12
        while size := question[at]:
            labels.append(question[at + 1:at + 1 + size].decode())
            at += 1 + size
        kind, = struct.unpack(">H", question[at + 1:at + 3])
        name = ".".join(labels).lower()
        self.asked.append(name)
        found = self.answer(name)
        if found is False:
            return None
        records = []
        if found and kind == A:
            alias, address = found if isinstance(found, tuple) else (None, found)
            owner = b"\xc0\x0c"  # the name that was asked for
            if alias:
                records.append(self._record(owner, CNAME, wire(alias)))
                owner = wire(alias)
            records.append(self._record(owner, A, socket.inet_aton(address)))
        flags = 0x8180 | (NAME_ERROR if found is None else 0)
        return question[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + question[12:at + 5] + b"".join(records)

    @staticmethod
    def _record(owner, kind, data):
        return owner + struct.pack(">HHIH", kind, IN, 0, len(data)) + data


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
