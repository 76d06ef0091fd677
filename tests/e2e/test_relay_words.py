"""What relays say to the people behind connectors: messages, quotas, newer versions."""
import json
import sys

import harness
from harness import EndToEnd, free_port, wait_for

PROGRAM = """#!{python}
import json, sys
print("AUTH" if sys.argv[1] == "--capabilities" else json.dumps({account}))
"""
ACCOUNT = {"secret": "s3cret", "quota_kb": 512, "quota_days": 24, "quota_conns": 5, "ips_per_sec-ips": 3, "ips_per_sec-secs": 900}
MOTD = b"Hello & welcome\n\x1b[2J\xc2\x9b2J\xe2\x80\xaeetik; all of you\n"
SHOWN = ["Hello & welcome", "[2J?2J?etik; all of you"]  # ASCII's control characters are dropped as they are read


class RelayWords(EndToEnd):
    def motd(self):
        file = self.folder / "motd"
        file.write_bytes(MOTD)
        return f"--motd={file}"

    def relay(self, *options):
        program = self.folder / "accounts"
        program.write_text(PROGRAM.format(python=sys.executable, account=ACCOUNT))
        program.chmod(0o755)
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", f"--authdomain={program}", *options, "--json")
        return relay.wait_event("listening", role="relay")["port"]

    def fly(self, port, *options, env=None):
        return self.kite("--clean", f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{self.origin().port}:s3cret",
                         *options, env=env)

    def test_events(self):
        port = self.relay(self.motd(), "--upgradeinfo=9.9;stable;0123;https://new.test/;https://new.test/kite.deb")
        kite = self.fly(port, "--json")
        kite.wait_event("flying")
        relay = f"127.0.0.1:{port}"
        self.assertEqual(kite.wait_event("motd"), {"event": "motd", "relay": relay, "text": "\n".join(SHOWN)})
        self.assertEqual(kite.wait_event("quota"), {"event": "quota", "relay": relay, "kb": 512, "days": 24, "connections": 5,
                                                    "visitors": 3, "seconds": 900})
        self.assertEqual(kite.wait_event("upgrade"), {"event": "upgrade", "relay": relay, "version": "9.9", "tag": "stable",
                                                      "url": "https://new.test/"})

    def test_for_people_and_in_the_log(self):
        port = self.relay(self.motd(), "--upgradeinfo=9.9;stable;0123;https://new.test/;https://new.test/kite.deb")
        log = self.folder / "kite.log"
        kite = self.fly(port, f"--logfile={log}")
        relay = f"127.0.0.1:{port}"
        quota = f"Quota at the relay {relay}: 512.0 kB left, 24 days left, 5 connections, 3 different visitors in 900 s."
        wait_for("the quota", lambda: quota in kite.lines)
        for lines in ([f"The relay {relay} says:", *("  " + line for line in SHOWN)],
                      [f"The relay {relay} tells of version 9.9:", "https://new.test/"]):
            self.assertIn("\n".join(lines), "\n".join(kite.lines))
        self.assertNotIn("\x1b", kite.said())
        written = log.read_text()
        for line in (f"; FE={relay}; motd=Hello & welcome [2J?2J?etik  all of you\n",
                     f"; FE={relay}; quota=512; days=24; conns=5; ips=3/900\n",
                     f"; FE={relay}; upgrade=9.9; tag=stable; url=https://new.test/\n"):
            self.assertIn(line, written)

    def test_status(self):
        runtime = self.folder / "runtime"
        runtime.mkdir(0o700)
        env = {"XDG_RUNTIME_DIR": str(runtime)}
        port = self.relay()
        kite = self.fly(port, "--json", env=env)
        kite.wait_event("quota")
        kite.wait_event("flying")
        out = self.run_kite("status", "--json", env=env)[1]
        told = next(one for one in map(json.loads, out.splitlines()) if one["pid"] == kite.pid)
        self.assertEqual(told["relays"][0]["quota"], {"kb": 512, "days": 24, "connections": 5, "visitors": 3, "seconds": 900})
        self.assertIn("      quota: 512.0 kB left, 24 days left", self.run_kite("status", env=env)[1])

    def test_nothing_to_say(self):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret", "--json")
        kite = self.fly(relay.wait_event("listening")["port"], "--json")
        kite.wait_event("flying")
        self.assertEqual([event["event"] for event in kite.events() if event["event"] in ("motd", "quota", "upgrade")], [])

    def test_message_of_pagekites_relay(self):
        port = free_port()
        self.pagekite("--isfrontend", "--host=127.0.0.1", f"--ports={port}", "--protos=http", "--domain=*:*.kite.test:s3cret", self.motd())
        wait_for("pagekite's relay listens", lambda: harness.answers(port))
        kite = self.fly(port, "--json")
        kite.wait_event("flying")
        self.assertIn("Hello & welcome", kite.wait_event("motd")["text"])


harness.main()
