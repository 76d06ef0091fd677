"""What whoever runs a relay counts on: who may take a kite over, and what happens when programs come and go."""
import hashlib
import signal
import socket
import threading
import time

import harness
from harness import EndToEnd, free_port, wait_for


class RelayOperation(EndToEnd):
    def relay(self, *options, ports="0"):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={ports}",
                          "--domain=*:*.kite.test:s3cret", *options, "--json")
        relay.port = relay.wait_event("listening", role="relay")["port"]
        return relay

    def connector(self, port, server, *options, name="a.kite.test"):
        return self.kite("--clean", f"--frontend=127.0.0.1:{port}",
                         f"--service_on=http:{name}:localhost:{server.port}:s3cret", *options, "--json")

    def served_by(self, port, server, host="a.kite.test"):
        return f"hello from {server.port} ".encode() in self.curl(f"http://127.0.0.1:{port}/", host=host, seconds=30)[2]

    def freeze(self, process):
        process.child.send_signal(signal.SIGSTOP)
        self.addCleanup(process.child.send_signal, signal.SIGCONT)


class Takeover(RelayOperation):
    def test_a_frozen_connector_makes_room_at_once(self):
        old, new = self.origin(), self.origin()
        port = self.relay().port
        frozen = self.connector(port, old)
        frozen.wait_event("flying")
        self.freeze(frozen)
        begun = time.monotonic()
        self.connector(port, new).wait_event("flying")
        print(f"flying {time.monotonic() - begun:.1f} s after the dial, beside a frozen link")
        self.assertTrue(self.served_by(port, new))

        frozen.child.send_signal(signal.SIGCONT)
        frozen.wait_event("down", reason="name-taken")
        self.assertTrue(self.served_by(port, new))

    def test_two_living_connectors_do_not_throw_each_other_out(self):
        first, second = self.origin(), self.origin()
        port = self.relay().port
        holder = self.connector(port, first)
        holder.wait_event("flying")
        self.connector(port, second).wait_event("down", reason="name-taken")
        self.assertTrue(self.served_by(port, first))
        self.assertEqual(holder.events("down"), [])


class Holding(RelayOperation):
    def visitor(self, port, host="a.kite.test"):
        """Asks in a thread; the answer comes by join()."""
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self.curl(f"http://127.0.0.1:{port}/", host=host)))
        asking.start()
        self.addCleanup(asking.join)

        def join():
            asking.join()
            return answers[0]
        return join

    def test_visitors_wait_for_a_connector_that_is_started_again(self):
        server = self.origin()
        port = self.relay().port
        first = self.connector(port, server)
        first.wait_event("flying")
        first.kill()
        answers = [self.visitor(port) for _ in range(5)]
        self.connector(port, server).wait_event("flying")
        for answer in answers:
            _, status, body = answer()
            self.assertEqual(status, 200)
            self.assertIn(b"hello from", body)

    def test_visitors_of_a_relay_that_is_started_again_wait_for_its_kites(self):
        server, port = self.origin(), free_port()
        relay = self.relay(ports=port)
        kite = self.connector(port, server)
        kite.wait_event("flying")
        relay.kill()
        self.relay(ports=port)
        answer = self.visitor(port)
        self.assertEqual(answer()[1], 200)

    def test_not_at_all_where_the_operator_says_so(self):
        server = self.origin()
        port = self.relay("--hold=0").port
        kite = self.connector(port, server)
        kite.wait_event("flying")
        kite.kill()
        self.wait_kite(port, "a.kite.test", status=503, seconds=8)


class Draining(RelayOperation):
    def slow_download(self, port):
        visitor = socket.create_connection(("127.0.0.1", port), 60)
        self.addCleanup(visitor.close)
        visitor.sendall(b"GET /bytes/30000000 HTTP/1.1\r\nHost: a.kite.test\r\nConnection: close\r\n\r\n")
        return visitor, visitor.recv(1 << 16)

    def test_downloads_end_whole_and_the_kite_is_back_at_once(self):
        server, port = self.origin(), free_port()
        relay = self.relay("--drain=60", ports=port)
        kite = self.connector(port, server)
        kite.wait_event("flying")
        visitor, got = self.slow_download(port)
        relay.child.terminate()
        wait_for("the old relay stops listening", lambda: not harness.answers(port))
        self.relay(ports=port)  # the next one, while the old one still serves
        self.wait_kite(port, "a.kite.test")
        self.assertIsNone(relay.child.poll())
        while part := visitor.recv(1 << 20):
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        self.assertEqual(hashlib.sha256(body).hexdigest(), server.sha256_of(30_000_000))
        visitor.close()
        self.assertEqual(relay.wait(), 0)
        self.assertIn(b"hello", self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")[2])

    def test_ends_at_once_without_visitors(self):
        relay = self.relay()
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        begun = time.monotonic()
        relay.child.terminate()
        self.assertEqual(relay.wait(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def test_not_longer_than_said(self):
        relay = self.relay("--drain=1")
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        self.slow_download(relay.port)
        relay.child.terminate()
        self.assertEqual(relay.wait(20), 0)

    def test_a_second_signal_ends_it(self):
        relay = self.relay("--drain=3600")
        kite = self.connector(relay.port, self.origin())
        kite.wait_event("flying")
        self.slow_download(relay.port)
        relay.child.terminate()
        wait_for("it stops listening", lambda: not harness.answers(relay.port))
        self.assertIsNone(relay.child.poll())
        relay.child.terminate()
        self.assertEqual(relay.wait(), 128 + signal.SIGTERM)


harness.main()
