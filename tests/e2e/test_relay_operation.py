"""What whoever runs a relay counts on: who may take a kite over, and what happens when programs come and go."""
import signal
import threading
import time

import harness
from harness import EndToEnd, free_port


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


harness.main()
