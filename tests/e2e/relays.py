"""A relay and its connectors, for the tests of whoever runs relays."""
import signal

from harness import EndToEnd, wait_for


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

    def join(self, link, server):
        """Flies by an invitation, of which a running relay hears a moment later."""
        def flies():
            kite = self.kite("join", link, str(server.port), "--clean", "--json")
            wait_for("it flies or gives up", lambda: kite.events("flying") or kite.child.poll() is not None)
            return kite if kite.events("flying") else None
        return wait_for("it flies", flies)

    def freeze(self, process):
        process.child.send_signal(signal.SIGSTOP)
        self.addCleanup(process.child.send_signal, signal.SIGCONT)
