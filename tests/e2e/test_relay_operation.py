"""What whoever runs a relay counts on: who may take a kite over, and what happens when programs come and go."""
import signal
import time

import harness
from harness import EndToEnd


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


harness.main()
