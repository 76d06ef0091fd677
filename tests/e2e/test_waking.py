"""A process that was stopped for a while, as by a sleeping computer, and links that died meanwhile."""
import os
import signal
import threading

import harness
from harness import EndToEnd, Forwarder, free_port, wait_for


class Waking(EndToEnd):
    def test_links_that_died_in_sleep_are_dialled_anew(self):
        server, port, log = self.origin(), free_port(), self.folder / "log"
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}",
                          "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")
        path = Forwarder(port)
        self.addCleanup(path.close)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{path.port}", "--json", f"--logfile={log}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret")
        kite.wait_event("flying")
        self.wait_kite(port, "a.kite.test")
        os.kill(kite.pid, signal.SIGSTOP)
        path.freeze()
        threading.Event().wait(10)  # the subject of this test: longer than any timer is late
        os.kill(kite.pid, signal.SIGCONT)
        wait_for("a word on waking up", lambda: "woke up" in log.read_text())
        kite.wait_event("down", reason="link-lost", detail="no sign of life")
        kite.wait_event("flying", after=1)
        self.wait_kite(port, "a.kite.test")

    def test_links_that_live_stay(self):
        server, port, log = self.origin(), free_port(), self.folder / "log"
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}",
                          "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", "--json", f"--logfile={log}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret")
        kite.wait_event("flying")
        os.kill(kite.pid, signal.SIGSTOP)
        threading.Event().wait(9)
        os.kill(kite.pid, signal.SIGCONT)
        wait_for("a word on waking up", lambda: "woke up" in log.read_text())
        threading.Event().wait(6)  # longer than the time for a proof
        self.wait_kite(port, "a.kite.test")
        self.assertEqual(kite.events("down"), [])


harness.main()
