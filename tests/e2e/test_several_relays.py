"""One kite on several relays."""
import concurrent.futures
import threading

import harness
from harness import EndToEnd, free_port


class SeveralRelays(EndToEnd):
    def relay(self, port, *options):
        relay = self.kite("--clean", "--isfrontend", f"--ports={port}", *(options or ["--host=127.0.0.1"]),
                          "--domain=*:*.kite.test:s3cret", "--json")
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

    def test_pool_from_a_file(self):
        """The best one of those in the file; when it is gone another one; the file is read again."""
        server, port = self.origin(), free_port()
        pool = self.folder / "pool"
        first = self.relay(port, "--host=127.0.0.2")
        pool.write_text(f"# ours\n127.0.0.2\n127.0.0.3 ; not there yet\n127.0.0.4:{port}\n")
        kite = self.kite("--clean", f"--frontends=1:@{pool}:{port}", f"--nofrontend=127.0.0.4:{port}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret", "--json")
        kite.wait_event("flying", relay=f"127.0.0.2:{port}")
        self.relay(port, "--host=127.0.0.4")  # never chosen
        self.relay(port, "--host=127.0.0.5")  # not in the file yet
        first.kill()
        kite.wait_event("down", relay=f"127.0.0.2:{port}", reason="unreachable")
        pool.write_text("127.0.0.4\n127.0.0.5\n")
        kite.wait_event("flying", relay=f"127.0.0.5:{port}")
        self.assertEqual(self.curl(f"http://127.0.0.5:{port}/", host="a.kite.test")[1], 200)
        self.assertEqual({event["relay"] for event in kite.events("flying")}, {f"127.0.0.2:{port}", f"127.0.0.5:{port}"})

    def test_one_process_behind_two_addresses_gets_one_link(self):
        server, port = self.origin(), free_port()
        pool = self.folder / "pool"
        pool.write_text("127.0.0.1\n127.0.0.2\n")
        relay = self.kite("--clean", "--isfrontend", f"--ports={port}", "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")
        kite = self.kite("--clean", f"--frontends=2:@{pool}:{port}",
                         f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret", "--json")
        kite.wait_event("flying")
        self.wait_kite(port, "a.kite.test")
        self.assertEqual(len(kite.events("flying")), 1)
        self.assertEqual(kite.events("down"), [])

    def test_pool_without_anybody(self):
        pool = self.folder / "pool"
        pool.write_text("")
        kite = self.kite("--clean", f"--frontends=1:@{pool}:443", "--service_on=http:a.kite.test:localhost:80:s3cret", "--json")
        kite.wait_event("down", reason="unreachable", relay=f"@{pool}:443")
        code, _, _ = self.run_kite("--clean", "--noloop", f"--frontends=1:@{pool}:443",
                                   "--service_on=http:a.kite.test:localhost:80:s3cret")
        self.assertEqual(code, 4)


harness.main()
