"""One kite on two relays. One dies again and again: whoever visits by the other one notices nothing, the kite says which
relay is gone, and comes back by itself."""
import socket
import threading

from load import LoadTest, free_port, harness, size
from tokens import Crowd, TokenOrigin, body_of

HOST = "a.kite.test"


class TwoRelays(LoadTest):
    def downloads_slowly(self, port, bytes_, outcome):
        """One answer that lasts through all of it."""
        with socket.create_connection(("127.0.0.1", port), 60) as visitor:
            visitor.sendall(f"GET /long/{bytes_} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            got = bytearray()
            while part := visitor.recv(1 << 14 if not self.over.is_set() else 1 << 20):
                got += part
                self.over.wait(0.01)
        outcome.append(bytes(got).partition(b"\r\n\r\n")[2] == body_of("long", bytes_))

    def test_one_dies_and_comes_back(self):
        server = TokenOrigin()
        self.addCleanup(server.shutdown)
        doomed_port, port = free_port(), free_port()
        doomed, _ = self.relay(port=doomed_port)
        self.relay(port=port)
        kite = self.connector([doomed_port, port], str(server.port), HOST)
        self.wait_kite(port, HOST, path="/t0/1")
        self.over = threading.Event()
        whole = []
        download = threading.Thread(target=self.downloads_slowly, args=(port, 24 << 20, whole))
        download.start()
        self.addCleanup(self.over.set)
        lamp = f"127.0.0.1:{doomed_port}"
        rounds = size(4, 30)
        with Crowd(port, [HOST], count=6, pause=0.005) as crowd:
            for n in range(rounds):
                before = crowd.whole()
                (doomed.kill if n % 2 == 0 else doomed.stop)()
                kite.wait_event("down", relay=lamp, after=n)
                harness.wait_for("visitors beside the dead relay", lambda: crowd.whole() > before + 5)  # noqa: B023 - at once
                doomed, _ = self.relay(port=doomed_port)
                kite.wait_event("flying", relay=lamp, after=2 + n)
                self.wait_kite(doomed_port, HOST, path="/t0/1")
        self.over.set()
        download.join()
        print(f"  {rounds} deaths of the other relay; visitors beside: {crowd.told()}")
        self.assertEqual(crowd.harm, [])
        self.assertEqual(set(crowd.outcomes), {"whole"})
        self.assertEqual(whole, [True])
        self.assertEqual(server.mixed, [])
        self.assertEqual({event["relay"] for event in kite.events("down")}, {lamp})
        self.assertEqual(kite.events("down")[0]["kite"], f"http:{HOST}")


harness.main()
