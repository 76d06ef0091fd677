"""`kite status`: what runs on this computer, and how it goes."""
import json
import os
import pty
import signal
import subprocess

import harness
from harness import EndToEnd


class Status(EndToEnd):
    def setUp(self):
        super().setUp()
        self.runtime = self.folder / "runtime"
        self.runtime.mkdir(0o700)
        self.env = {"XDG_RUNTIME_DIR": str(self.runtime)}

    def run_here(self, *words):
        return self.kite(*words, "--json", env=self.env)

    def relay(self, port="0"):
        relay = self.run_here("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}", "--domain=*:*.kite.test:s3cret")
        relay.port = relay.wait_event("listening", role="relay")["port"]
        return relay

    def status(self):
        """Of each process, by its id."""
        code, out, error = self.run_kite("status", "--json", env=self.env)
        self.assertEqual(code, 0, error)
        self.assertNotIn("s3cret", out)
        return {one["pid"]: one for one in map(json.loads, out.splitlines())}

    def test_two_relays_of_which_one_dies(self):
        server = self.origin()
        first, second = self.relay(), self.relay()
        kite = self.run_here("--clean", f"--frontend=127.0.0.1:{first.port}", f"--frontend=127.0.0.1:{second.port}",
                             f"--service_on=http:a.kite.test:localhost:{server.port}:s3cret")
        for relay in (first, second):
            kite.wait_event("flying", relay=f"127.0.0.1:{relay.port}")
        self.assertEqual(self.curl(f"http://127.0.0.1:{first.port}/", host="a.kite.test")[1], 200)

        def lamps():
            return {relay["relay"]: (relay["state"], relay.get("reason")) for relay in self.status()[kite.pid]["relays"]}
        self.assertEqual(lamps(), {f"127.0.0.1:{relay.port}": ("connected", None) for relay in (first, second)})
        flown = self.status()[kite.pid]["kites"]
        self.assertEqual([(one["kite"], one["target"], one["visits"]) for one in flown],
                         [("http:a.kite.test", f"localhost:{server.port}", 1)])
        self.assertGreater(flown[0]["out"], 0)
        flying = self.status()[first.pid]["relay"]
        self.assertEqual((flying["ports"], flying["links"], [one["kite"] for one in flying["flying"]]),
                         ([first.port], 1, ["http:a.kite.test"]))

        second.kill()
        kite.wait_event("down")
        got = lamps()
        self.assertEqual(got[f"127.0.0.1:{first.port}"][0], "connected")
        self.assertEqual(got[f"127.0.0.1:{second.port}"][0], "connecting")
        self.assertIn(got[f"127.0.0.1:{second.port}"][1], ("link-lost", "unreachable"))
        self.assertNotIn(second.pid, self.status())  # what it left behind is taken away
        self.assertEqual({path.name for path in (self.runtime / "kite").iterdir()},
                         {f"{process.pid}.status" for process in (first, kite)})

        code, out, _ = self.run_kite("status", env=self.env)
        self.assertEqual(code, 0)
        self.assertIn(f"  127.0.0.1:{first.port}  connected since", out)
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\u25cf", out)

        self.relay(second.port)
        kite.wait_event("flying", after=2)
        self.assertEqual(lamps()[f"127.0.0.1:{second.port}"], ("connected", None))

    def test_a_refused_kite(self):
        relay = self.relay()
        kite = self.run_here("--clean", f"--frontend=127.0.0.1:{relay.port}", "--service_on=http:a.kite.test:localhost:1:s3cret",
                             "--service_on=http:b.kite.test:localhost:1:not-a-secret")
        kite.wait_event("flying")
        kite.wait_event("down", reason="bad-secret")
        only = self.status()[kite.pid]["relays"][0]
        self.assertEqual(only["state"], "connected")
        self.assertEqual({one["kite"]: (one["state"], one.get("reason")) for one in only["kites"]},
                         {"http:a.kite.test": ("connected", None), "http:b.kite.test": ("refused", "bad-secret")})

    def test_a_share_and_a_process_that_does_not_answer(self):
        share = self.run_here("share", str(self.folder), "--name=a")
        share.wait_event("flying")
        told = self.status()[share.pid]["kites"][0]
        self.assertEqual((told["state"], told["target"]), ("flying", str(self.folder)))
        self.assertTrue(told["url"].startswith("http://a.localhost:"))
        share.child.send_signal(signal.SIGSTOP)
        self.addCleanup(share.child.send_signal, signal.SIGCONT)
        code, out, _ = self.run_kite("status", env=self.env)
        self.assertEqual(code, 0)
        self.assertIn(f"process {share.pid}: does not answer", out)

    def test_nothing_runs(self):
        code, out, _ = self.run_kite("status", "--json", env=self.env)
        self.assertEqual((code, [one for one in out.splitlines() if str(self.runtime) in one]), (0, []))
        share = self.run_here("share", str(self.folder))
        share.wait_event("flying")
        share.stop()
        self.assertEqual(list((self.runtime / "kite").iterdir()), [])  # it takes its socket with it
        self.assertEqual(self.run_kite("status", "now", env=self.env)[0], 2)

    def test_lamps_on_a_terminal(self):
        relay = self.relay()
        kite = self.run_here("--clean", f"--frontend=127.0.0.1:{relay.port}", "--service_on=http:a.kite.test:localhost:1:s3cret")
        kite.wait_event("flying")
        near, far = pty.openpty()
        self.addCleanup(os.close, near)
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        subprocess.run([harness.KITE, "status"], stdout=far, check=True, timeout=60,
                       env={**environment, "HOME": str(self.home), **self.env})
        os.close(far)
        self.assertIn("\u25cf", os.read(near, 1 << 16).decode())


harness.main()
