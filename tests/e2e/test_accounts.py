"""Accounts that somebody else keeps: a program that the relay asks."""
import json
import re
import stat
import sys

import harness
from harness import EndToEnd, wait_for
from wiretap import Wiretap

PROGRAM = """#!{python}
import json, sys, time
accounts = json.load(open({accounts!r}))
def answer(how, what):
    if how == "--zk-auth":
        bsalt, fsalt, signature, proto, domain = what.rstrip(".").split(".", 4)
        return {{"hostname": what, "alias": "", "ips": [accounts[domain]]}}
    return accounts.get(domain_of(what), {{"error": "nobody"}})
def domain_of(what):
    if what == "hangs.kite.test":
        time.sleep(600)
    if what == "breaks.kite.test":
        sys.exit("broken")
    return what
if sys.argv[1] == "--capabilities":
    print({capabilities!r})
elif sys.argv[1] == "--server":
    for line in sys.stdin:
        print(json.dumps(answer(*line.split())), flush=True)
else:
    print(json.dumps(answer(*sys.argv[1:])))
"""


class Accounts(EndToEnd):
    def program(self, accounts, capabilities="AUTH"):
        data = self.folder / "accounts.json"
        data.write_text(json.dumps(accounts))
        program = self.folder / "accounts.py"
        program.write_text(PROGRAM.format(python=sys.executable, accounts=str(data), capabilities=capabilities))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    def relay(self, program, *options):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", f"--authdomain={program}",
                          "--auththreads=2", "--authfail_closed", *options, "--json")
        return relay.wait_event("listening", role="relay")["port"]

    def fly(self, port, name, secret="s3cret"):
        server = self.origin()
        return self.kite("--clean", f"--frontend=127.0.0.1:{port}",
                         f"--service_on=http:{name}:localhost:{server.port}:{secret}", "--json")

    def flies(self, port, name):
        self.fly(port, name).wait_event("flying")
        self.wait_kite(port, name)

    def is_refused(self, port, name, reason, secret="s3cret"):
        kite = self.fly(port, name, secret)
        kite.wait_event("down", reason=reason)
        self.assertEqual(kite.wait(), 3)

    ACCOUNTS = {"good.kite.test": {"secret": "s3cret"}, "rich.kite.test": {"secret": "s3cret", "quota_kb": 512},
                "empty.kite.test": {"secret": "s3cret", "quota_kb": 0}}

    def test_a_process_for_each_question(self):
        port = self.relay(self.program(self.ACCOUNTS))
        self.flies(port, "good.kite.test")
        self.flies(port, "rich.kite.test")
        self.is_refused(port, "good.kite.test", "bad-secret", secret="n0t-the-one")
        self.is_refused(port, "empty.kite.test", "quota")
        self.is_refused(port, "nobody.kite.test", "unknown-kite")
        self.is_refused(port, "breaks.kite.test", "unknown-kite")

    def test_a_server(self):
        port = self.relay(self.program(self.ACCOUNTS, "SERVER AUTH"))
        self.flies(port, "good.kite.test")
        self.is_refused(port, "empty.kite.test", "quota")
        self.is_refused(port, "breaks.kite.test", "unknown-kite")
        self.flies(port, "rich.kite.test")

    def test_zero_knowledge(self):
        for capabilities in ("ZK-AUTH AUTH", "SERVER ZK-AUTH"):
            port = self.relay(self.program({"good.kite.test": "0.0.2.0", "empty.kite.test": "0.0.0.0",
                                            "unknown.kite.test": "255.255.255.0"}, capabilities))
            self.flies(port, "good.kite.test")
            self.is_refused(port, "empty.kite.test", "quota")
            self.is_refused(port, "unknown.kite.test", "unknown-kite")

    def test_one_that_hangs_holds_up_nobody_else(self):
        port = self.relay(self.program(self.ACCOUNTS))
        hanging = self.fly(port, "hangs.kite.test")
        self.flies(port, "good.kite.test")
        hanging.wait_event("down", reason="unknown-kite")

    def test_a_program_that_is_not_there(self):
        port = self.relay("/nowhere/accounts", "--domain=http:own.kite.test:s3cret")
        self.is_refused(port, "good.kite.test", "unknown-kite")
        self.flies(port, "own.kite.test")

    def test_only_below_its_domain(self):
        port = self.relay("kite.test:" + str(self.program({"a.kite.test": {"secret": "s3cret"}, "a.other.test": {"secret": "s3cret"}})))
        self.flies(port, "a.kite.test")
        self.is_refused(port, "a.other.test", "unknown-kite")

    def test_a_zone_that_is_not_there(self):
        port = self.relay("accounts.invalid", "--domain=http:own.kite.test:s3cret")
        self.is_refused(port, "good.kite.test", "unknown-kite")
        self.flies(port, "own.kite.test")

    def test_pagekites_connector(self):
        port = self.relay(self.program(self.ACCOUNTS))
        tap = Wiretap(port)
        self.addCleanup(tap.close)
        server = self.origin()
        self.pagekite(f"--frontend=127.0.0.1:{tap.port}", "--keepalive=20",
                      *(f"--service_on=http:{name}:localhost:{server.port}:s3cret" for name in ("rich.kite.test", "empty.kite.test")))
        self.wait_kite(port, "rich.kite.test")
        link = tap.greetings()[-1]
        self.assertIn(b"\r\nX-PageKite-Quota: 512\r\n", link.down)
        self.assertRegex(link.down, rb"\r\nX-PageKite-Invalid-Why: http:empty\.kite\.test:[0-9a-f]+;quota\r\n")
        self.assertEqual(self.curl(f"http://127.0.0.1:{port}/", host="empty.kite.test")[1], 503)
        # it asks when it hears nothing, and bears an answer that says what is left
        link.silence()
        asked = wait_for("it asks", lambda: re.search(rb"\r\nPING: (\S+)\r\n", link.up), 2 * harness.PATIENCE)
        answer = b"\r\nPONG: " + asked[1] + b"\r\nQuota: 512\r\n"
        wait_for("the relay answers", lambda: answer in link.down)
        link.release()
        self.wait_kite(port, "rich.kite.test")
        self.assertIs(tap.greetings()[-1], link)


harness.main()
