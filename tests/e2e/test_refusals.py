"""What is refused, and how it is said: wrong secrets, unknown kites, wrong words."""
import pathlib

import harness
from harness import KITE, EndToEnd, Process, wait_for

PRINTED = "n0t-the-one"


class Refusals(EndToEnd):
    def relay(self, *options):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret", *options, "--json")
        return relay, relay.wait_event("listening", role="relay")["port"]

    def test_wrong_secret(self):
        relay, port = self.relay()
        code, out, error = self.run_kite("--clean", f"--frontend=127.0.0.1:{port}",
                                         f"--service_on=http:a.kite.test:localhost:1:{PRINTED}")
        self.assertEqual(code, 3)
        self.assertEqual(len(error.strip().splitlines()), 1, error)
        self.assertIn("a.kite.test", error)
        self.assertIn("secret", error)
        for text in (out, error, *relay.lines, *relay.error_lines):
            self.assertNotIn(PRINTED, text)
        code, status, page = self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")
        self.assertEqual(status, 503)
        self.assertIn(b"Sorry! (fe)", page)

    def test_wrong_secret_as_an_event(self):
        relay, port = self.relay()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:1:{PRINTED}", "--json")
        kite.wait_event("down", reason="bad-secret")
        self.assertEqual(kite.wait(), 3)

    def test_wrong_secret_at_pagekites_relay(self):
        port = harness.free_port()
        self.pagekite("--isfrontend", "--host=127.0.0.1", f"--ports={port}", "--protos=http", "--domain=*:*.kite.test:s3cret")
        wait_for("pagekite's relay listens", lambda: harness.answers(port))
        code, out, error = self.run_kite("--clean", f"--frontend=127.0.0.1:{port}",
                                         f"--service_on=http:a.kite.test:localhost:1:{PRINTED}")
        self.assertEqual(code, 3)

    def test_a_kite_the_relay_does_not_know(self):
        relay, port = self.relay()
        code, out, error = self.run_kite("--clean", f"--frontend=127.0.0.1:{port}", "--service_on=http:a.other.test:localhost:1:s3cret")
        self.assertEqual(code, 3)
        self.assertIn("a.other.test", error)

    def test_one_of_two_kites_is_refused_the_other_flies(self):
        relay, port = self.relay()
        server = self.origin()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret",
                         f"--service_on=http:b.kite.test:localhost:{server.port}:{PRINTED}", "--json")
        kite.wait_event("flying", kite="http:a.kite.test")
        kite.wait_event("down", kite="http:b.kite.test", reason="bad-secret")
        self.wait_kite(port, "a.kite.test")

    def test_away_page_does_not_repeat_markup(self):
        relay, port = self.relay()
        code, status, page = self.curl(f"http://127.0.0.1:{port}/<i>x</i>", "--path-as-is", host="gone.kite.test")
        self.assertEqual(status, 503)
        self.assertIn(b"gone.kite.test", page)
        self.assertNotIn(b"<i>", page)

    def test_target_that_does_not_answer(self):
        relay, port = self.relay()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{harness.free_port()}:s3cret", "--json")
        kite.wait_event("flying")
        self.wait_kite(port, "a.kite.test", status=503)
        self.assertIn(b"Sorry! (be)", self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")[2])

    def test_unknown_option_names_the_nearest(self):
        code, out, error = self.run_kite("--clean", "--isfrontent", "--ports=0")
        self.assertEqual(code, 2)
        self.assertIn("--isfrontend", error)

    def test_an_option_that_is_not_acted_on_is_warned_of_once(self):
        kite = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret", "--buffers=512", "--json")
        kite.wait_event("listening")
        wait_for("a warning", lambda: [l for l in kite.error_lines if "buffers" in l])
        self.assertEqual(len([l for l in kite.error_lines if "buffers" in l]), 1)

    def test_nothing_to_do_is_wrong_usage(self):
        self.assertEqual(self.run_kite("--clean", "--frontend=127.0.0.1:1")[0], 2)

    def test_no_relay_there(self):
        code, out, error = self.run_kite("--clean", "--noloop", f"--frontend=127.0.0.1:{harness.free_port()}",
                                         "--service_on=http:a.kite.test:localhost:1:s3cret")
        self.assertEqual(code, 4)
        self.assertEqual(len(error.strip().splitlines()), 1, error)

    def test_secret_leaves_the_process_list(self):
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{harness.free_port()}", f"--service_on=http:a.kite.test:localhost:1:{PRINTED}", "--json")
        line = pathlib.Path(f"/proc/{kite.pid}/cmdline")
        wait_for("the secret is wiped", lambda: b"--service_on" not in line.read_bytes() or PRINTED.encode() not in line.read_bytes())
        self.assertNotIn(PRINTED.encode(), line.read_bytes())

    def test_secret_from_the_environment_and_from_a_file(self):
        relay, port = self.relay()
        server = self.origin()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{server.port}", "--json",
                         env={"KITE_SECRET": "s3cret"})
        kite.wait_event("flying")
        self.assertEqual(kite.events("down"), [])
        file = self.folder / "secret"
        file.write_text("s3cret\n")
        file.chmod(0o600)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:b.kite.test:localhost:{server.port}",
                         f"--secret-file={file}", "--json")
        kite.wait_event("flying")


harness.main()
