"""One kite on several relays."""
import concurrent.futures
import threading

import harness
from harness import EndToEnd, free_port


class SeveralRelays(EndToEnd):
    def relay(self, port, *options):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}",
                          "--domain=*:*.kite.test:s3cret", "--json", *options)
        relay.wait_event("listening", role="relay")
        return relay

    def test_one_relay_dies_and_visitors_of_the_other_notice_nothing(self):
        server = self.origin()
        one, two = free_port(), free_port()
        doomed, _ = self.relay(one), self.relay(two)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{one}", f"--frontend=127.0.0.1:{two}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret", "--json")
        for port in (one, two):
            kite.wait_event("flying", relay=f"127.0.0.1:{port}", kite="http:a.kite.test")
            self.wait_kite(port, "a.kite.test")

        over = threading.Event()

        def visit_again_and_again():
            visits = 0
            while not over.is_set():
                code, status, _ = self.curl(f"http://127.0.0.1:{two}/small", host="a.kite.test")
                self.assertEqual((code, status), (0, 200))
                visits += 1
            return visits

        size = 64 << 20
        with concurrent.futures.ThreadPoolExecutor() as visitors:
            small = visitors.submit(visit_again_and_again)
            try:
                large = visitors.submit(self.curl_sha256, f"http://127.0.0.1:{two}/bytes/{size}", "--limit-rate", "16M",
                                        host="a.kite.test")
                doomed.kill()
                kite.wait_event("down", relay=f"127.0.0.1:{one}", kite="http:a.kite.test", reason="link-lost")
                self.assertEqual(large.result(), server.sha256_of(size))
                self.relay(one)
                kite.wait_event("flying", after=2, relay=f"127.0.0.1:{one}")
                self.wait_kite(one, "a.kite.test")
            finally:
                over.set()
            print(f"{small.result()} visits beside, none failed")
        self.assertEqual({event["relay"] for event in kite.events("down")}, {f"127.0.0.1:{one}"})

    def test_a_relay_that_is_never_there_harms_no_other(self):
        server = self.origin()
        nobody, port = free_port(), free_port()
        self.relay(port)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{nobody}", f"--frontend=127.0.0.1:{port}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret", "--json")
        kite.wait_event("down", relay=f"127.0.0.1:{nobody}", reason="unreachable")
        kite.wait_event("flying", relay=f"127.0.0.1:{port}")
        self.wait_kite(port, "a.kite.test")


harness.main()
