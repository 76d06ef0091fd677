"""What a relay tells whoever runs it: the access log and the counts."""
import re
import signal

import harness
from harness import free_port, wait_for
from relays import RelayOperation


class AccessLog(RelayOperation):
    LINE = re.compile(r'^(\S+) - - \[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "([^"]*)" (\d{3}|-) (\d+) "([^"]*)" "([^"]*)" '
                      r'kite=(\S+) proto=(\S+) in=(\d+) ms=(\d+)(?: refused=(\S+))?$')

    def setUp(self):
        super().setUp()
        self.log = self.folder / "access.log"

    def lines(self, log=None, least=0):
        """Each line's fields, once there are so many."""
        log = log or self.log
        wait_for(f"{least} lines in {log}", lambda: log.exists() and log.read_text().count("\n") >= least)
        return [self.LINE.match(line).groups() for line in log.read_text().splitlines()]

    def test_a_line_for_each_visitor(self):
        server = self.origin()
        relay = self.relay(f"--accesslog={self.log}", "--rawports=virtual", "--hold=0", "--workers=2")
        self.connector(relay.port, server).wait_event("flying")
        echo = self.echo()
        raw = self.kite("--clean", f"--frontend=127.0.0.1:{relay.port}",
                        f"--service_on=raw-22:a.kite.test:localhost:{echo.port}:s3cret", "--json")
        raw.wait_event("flying")
        url = f"http://127.0.0.1:{relay.port}"
        self.curl(f"{url}/text/100000/?token=s3cret&n=1", "--user-agent", "me", "--referer", "http://x:s3cret@b.test/",
                  host="a.kite.test")
        self.curl(f"{url}/", host="nobody.kite.test")
        self.raw_echo(relay.port, "a.kite.test", 22, b"x" * 1000)
        lines = self.lines(least=3)
        got = next(line for line in lines if line[8] == "http" and not line[11])
        away = next(line for line in lines if line[11])
        raw = next(line for line in lines if line[8] == "raw")
        self.assertEqual(got[0], "127.0.0.1")
        self.assertEqual((got[2], got[3]), ("GET /text/100000/?token=***&n=1 HTTP/1.1", "200"))
        self.assertGreater(int(got[4]), 100000)
        self.assertEqual(got[5:8], ("http://b.test/", "me", "a.kite.test"))
        self.assertEqual((away[2], away[3], away[7], away[11]), ("GET / HTTP/1.1", "503", "nobody.kite.test", "not-flying"))
        self.assertEqual((raw[2], raw[3], raw[9]), ("CONNECT a.kite.test:22 RAW", "-", "1000"))
        self.assertNotIn("s3cret", self.log.read_text())
        self.assertEqual(self.log.stat().st_mode & 0o137, 0)

        # a log that was moved away goes on in a new file; what still waited is written at the end
        moved = self.folder / "access.log.1"
        self.log.rename(moved)
        relay.child.send_signal(signal.SIGHUP)
        wait_for("the new file is there", self.log.exists)
        self.curl(f"{url}/last", host="a.kite.test")
        relay.child.terminate()
        self.assertEqual(relay.wait(), 0)
        self.assertEqual(len(self.lines(moved)), 3)
        self.assertEqual([line[2] for line in self.lines()], ["GET /last HTTP/1.1"])

    def test_a_disk_that_is_full_stops_nobody(self):
        server = self.origin()
        relay = self.relay("--accesslog=/dev/full")
        self.connector(relay.port, server).wait_event("flying")
        for _ in range(3):
            self.assertTrue(self.served_by(relay.port, server))
        wait_for("it is said", lambda: any("access log cannot be written" in line for line in relay.error_lines))
        self.assertTrue(self.served_by(relay.port, server))

    def test_on_standard_output_and_nowhere(self):
        server = self.origin()
        relay = self.relay("--accesslog=-")  # with --json: on standard error
        self.connector(relay.port, server).wait_event("flying")
        self.assertTrue(self.served_by(relay.port, server))
        wait_for("the line is there", lambda: any(self.LINE.match(line) for line in relay.error_lines))
        code, _, error = self.run_kite("relay", "--ports=0", "--accesslog=/no/such/folder/log")
        self.assertEqual(code, 1)
        self.assertIn("--accesslog", error)


class Metrics(RelayOperation):
    def test_counts_for_prometheus(self):
        metrics, server = free_port(), self.origin()
        relay = self.relay(f"--metrics={metrics}", "--workers=1", "--hold=0")
        kite = self.connector(relay.port, server)
        kite.wait_event("flying")
        self.wait_kite(relay.port, "a.kite.test", path="/bytes/100000")
        self.curl(f"http://127.0.0.1:{relay.port}/", host="nobody.kite.test")

        def counts():
            _, status, body = self.curl(f"http://127.0.0.1:{metrics}/metrics")
            self.assertEqual(status, 200)
            return dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))
        got = wait_for("all are counted", lambda: (c := counts())["kite_relay_turned_away_total"] != "0" and c)
        self.assertEqual((got["kite_relay_kites"], got["kite_relay_links"]), ("1", "1"))
        self.assertEqual(got['kite_relay_visits_total{worker="0"}'], "1")
        self.assertGreater(int(got['kite_relay_bytes_total{worker="0",direction="out"}']), 100000)
        self.assertEqual(self.curl(f"http://127.0.0.1:{metrics}/")[1], 404)
        self.assertEqual(got['kite_relay_links_by_state{state="flying"}'], "1")
        self.assertEqual(got['kite_relay_refused_total{reason="not-flying"}'], "1")
        self.connector(relay.port, server).wait_event("down", reason="name-taken")
        self.assertEqual(counts()['kite_relay_kites_refused_total{reason="duplicate"}'], "1")

    def test_a_connector_counts_too(self):
        metrics, server = free_port(), self.origin()
        relay = self.relay()
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{relay.port}", f"--metrics={metrics}", "--kitesecret=s3cret", "--json",
                         str(server.port), "a.kite.test", "+password/joe=not-a-secret")
        kite.wait_event("flying")
        for user in ("joe:wrong", "joe:not-a-secret"):
            self.curl(f"http://127.0.0.1:{relay.port}/", "--user", user, host="a.kite.test")
        _, _, body = self.curl(f"http://127.0.0.1:{metrics}/metrics")
        for line in ('kite_gate_refused_total{reason="password"} 1', 'kite_visits_total{kite="http:a.kite.test"} 1',
                     f'kite_link_up{{relay="127.0.0.1:{relay.port}"}} 1'):
            self.assertIn(line, body.decode().splitlines())


harness.main()
