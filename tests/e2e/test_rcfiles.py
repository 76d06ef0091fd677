"""Kites in configuration files: kept by kite, understood by pagekite.py, and the other way round."""
import os
import pty
import re
import stat
import subprocess

import harness
from harness import KITE, EndToEnd

MINE = """# my kites; do not lose this line
kitename   = demo.test
kitesecret = s3cret

## Relays
frontend = 127.0.0.1:8443
service_on  = http:@kitename : localhost:80 : @kitesecret
service_on  = raw/22:@kitename : localhost:22 : @kitesecret
service_cfg = demo.test/80 : password/x : y
END
and what stands here
"""


class RcFiles(EndToEnd):
    def setUp(self):
        super().setUp()
        self.rc = self.home / ".pagekite.rc"

    def edit(self, *words, code=0, env=None):
        got, out, error = self.run_kite(*words, env=env)
        self.assertEqual(got, code, out + error)
        return out, error

    def pagekites(self, *words):
        """What pagekite.py says; it lists kites only to a terminal."""
        near, far = pty.openpty()
        child = subprocess.Popen(["pagekite", *words], stdin=far, stdout=far, stderr=far, cwd=self.folder,
                                 env={**os.environ, "HOME": str(self.home)})
        os.close(far)
        text = b""
        try:
            while block := os.read(near, 4096):
                text += block
        except OSError:
            pass  # its end of the terminal is closed
        child.wait(harness.PATIENCE)
        os.close(near)
        return re.sub(r"\x1b\[[0-9;]*m|\r", "", text.decode())

    def test_lists_and_edits_the_usual_file(self):
        self.rc.write_text(MINE)
        out, _ = self.edit("--list")
        self.assertEqual(out.splitlines(), ["localhost:80       http://demo.test",
                                            "localhost:22       raw://demo.test:22"])
        self.edit("--disable", "ssh://demo.test")
        self.assertEqual(self.rc.read_text(), MINE.replace("service_on  = raw", "service_off  = raw"))
        self.assertEqual(stat.S_IMODE(self.rc.stat().st_mode), 0o600)
        self.edit("--add", "ssh://demo.test")
        self.assertEqual(self.rc.read_text(), MINE)
        self.edit("--only", "http://demo.test")
        self.edit("--remove", "demo.test")
        self.assertNotIn("service_", self.rc.read_text().replace("# ", ""))
        self.assertTrue(self.rc.read_text().startswith("# my kites; do not lose this line\n"))
        self.assertTrue(self.rc.read_text().endswith("END\nand what stands here\n"))

    def test_begins_a_file(self):
        site = self.folder / "site"
        site.mkdir()
        (site / "index.html").write_text("hello")
        secret = {"KITE_SECRET": "not-a-secret"}
        self.edit("--frontend=127.0.0.1:8443", "--add", "80", "demo.test", "+rawheaders", env=secret)
        self.assertEqual(self.rc.read_text(),
                         "frontend = 127.0.0.1:8443\nkitename = demo.test\nkitesecret = not-a-secret\n"
                         "service_on  = http:@kitename : localhost:80 : @kitesecret\n"
                         "service_cfg = demo.test/80 : rawheaders : True\n")
        self.assertEqual(stat.S_IMODE(self.rc.stat().st_mode), 0o600)
        self.edit("--add", "22", "ssh://demo.test", "AND", site, "pages.test", "+indexes")
        out, _ = self.edit("--list")
        self.assertIn(f"{site} http://pages.test", out)
        out, _ = self.edit("--settings")
        self.assertIn(f"webpath = pages.test/80:/:default:{site}", out)
        self.assertNotIn("not-a-secret", out)

    def test_refuses_and_leaves_the_file(self):
        self.rc.write_text(MINE)
        for words in (["--disable", "nobody.test"], ["--remove", "irc://demo.test"], ["--add"],
                      ["--add", "80", "demo.test", "+password/x=y\nrunas=root"],
                      ["--add", "--remove", "demo.test"]):
            _, error = self.edit(*words, code=2)
            self.assertTrue(error.startswith("kite: "), error)
        out, _ = self.edit("--remove", "demo.test", "--help")
        self.assertIn("kite share", out)
        self.assertEqual(self.rc.read_text(), MINE)

    def test_other_files(self):
        first, other = self.folder / "first.rc", self.folder / "other.rc"
        first.write_text(MINE)
        self.edit("--clean", f"--optfile={first}", "--disable", "http://demo.test")
        self.assertIn("service_off  = http:", first.read_text())
        self.edit("--clean", f"--optfile={first}", f"--savefile={other}", "--add", "http://demo.test")
        self.assertIn("service_off  = http:", first.read_text())
        self.assertEqual(other.read_text(), MINE[:MINE.index("END")])
        daemons = self.folder / "pagekite.d"
        daemons.mkdir()
        (daemons / "10_account.rc").write_text("kitename = demo.test\nkitesecret = s3cret\n")
        (daemons / "80_httpd.rc").write_text("service_on = http:@kitename\n")
        self.edit("--clean", f"--optdir={daemons}", "--disable", "demo.test")
        self.assertEqual((daemons / "80_httpd.rc").read_text(), "service_off = http:@kitename\n")
        self.edit("--clean", f"--optdir={daemons}", "--add", "22", "ssh://demo.test")
        self.assertEqual((daemons / "80_kite.rc").read_text(),
                         "service_on  = raw-22:@kitename : localhost:22 : @kitesecret\n")
        out, _ = self.edit("--clean", f"--optdir={daemons}", "--list")
        self.assertIn("(disabled)", out)
        self.assertFalse(self.rc.exists())

    def test_many_at_once_lose_nothing(self):
        names = [f"kite-{n}.test" for n in range(8)]
        running = [self.kite("--add", "80", name, env={"KITE_SECRET": "s3cret"}) for name in names]
        for process in running:
            self.assertEqual(process.wait(), 0, process.said())
        out, _ = self.edit("--list")
        self.assertEqual(sorted(line.split("://")[1] for line in out.splitlines()), names)
        self.assertEqual(list(self.home.iterdir()), [self.rc])  # no lock, no half a file is left

    def test_saves_and_flies(self):
        self.rc.write_text(MINE)
        port = harness.free_port()
        process = self.kite("--save", f"--frontend=127.0.0.1:{port}", "3000", "demo.test:3000")
        harness.wait_for("the news", lambda: process.error_lines)  # it tries; nobody is there
        process.stop()
        off = MINE.replace("service_on  = ", "service_off  = ")
        self.assertEqual(self.rc.read_text(), off.replace(
            "END", f"frontend = 127.0.0.1:{port}\n"
            "service_on  = http-3000:@kitename : localhost:3000 : @kitesecret\nEND"))

    def test_slides(self):
        self.rc.write_text("kitename = me.pagekite.me\nkitesecret = s3cret\n")
        site = self.folder / "site"
        site.mkdir()
        for words, lines in {
            ("80", "me.pagekite.me"): ["service_on = http:me.pagekite.me:localhost:80:******"],
            ("localhost:631", "me.pagekite.me", "+password/x=y", "AND", "ssh", "me.pagekite.me"): [
                "service_on = http:me.pagekite.me:localhost:631:******",
                "service_on = raw-22:me.pagekite.me:localhost:22:******"],
            (str(site), "me.pagekite.me", "+indexes"): [f"webpath = me.pagekite.me/80:/:default:{site}"],
            ("--defaults", "80", "me.pagekite.me"): ["service_on = http:me.pagekite.me:localhost:80:******"],
        }.items():
            out, error = self.edit("--settings", *words)
            for line in lines:
                self.assertIn(line, out.splitlines())
            self.assertIn("b5p.us", out)
            self.assertNotIn("not acted on", error)

    def test_not_configured_is_told(self):
        self.rc.write_text("kitename = NAME.test\nabort_not_configured\n")
        _, error = self.edit("--list", code=2)
        self.assertIn(":2:", error)
        self.assertIn("has not been set up", error)

    def test_pagekite_understands_ours(self):
        self.edit("--frontend=127.0.0.1:8443", "--add", "80", "demo.test", "+password/x=y",
                  env={"KITE_SECRET": "s3cret"})
        site = self.folder / "site"
        site.mkdir()
        (site / "f").write_text("hello")
        self.edit("--add", "22", "ssh://demo.test", "AND", site, "demo.test:8080", "+indexes")
        self.edit("--disable", "ssh://demo.test")
        listed = self.pagekites("--clean", f"--optfile={self.rc}", "--list")
        self.assertRegex(listed, r"localhost:80 +http://demo.test +\n")
        self.assertRegex(listed, r"localhost:22 +raw://demo.test:22 +\(disabled\)")
        self.assertRegex(listed, r"builtin +http://demo.test:8080")
        settings = self.pagekites("--clean", f"--optfile={self.rc}", "--settings")
        for line in ("kitename   = demo.test", "kitesecret = s3cret", "frontend = 127.0.0.1:8443",
                     f"webpath = demo.test/8080:/:default:{site}"):
            self.assertIn(line + "\n", settings)
        self.assertRegex(settings, r"service_cfg = demo.test/80 +: password/x +: y\n")

    def test_we_understand_pagekites(self):
        self.rc.write_text(MINE)
        site = self.folder / "site"
        site.mkdir()
        (site / "f").write_text("hello")
        for words in (["--add", str(site), "demo.test:8080", "+indexes"], ["--disable", "ssh://demo.test"]):
            self.pagekites(*words)
        written = self.rc.read_text()
        self.assertIn("pagekite.py configuration", written)
        out, error = self.edit("--list")
        self.assertEqual(sorted(out.splitlines()), sorted([
            f"{site} http://demo.test:8080", "localhost:80       http://demo.test",
            "localhost:22       raw://demo.test:22                       (disabled)"]))
        self.assertNotIn("s3cret", out + error)
        self.edit("--disable", "demo.test:8080")
        changed = [(a, b) for a, b in zip(written.splitlines(), self.rc.read_text().splitlines()) if a != b]
        self.assertEqual(len(changed), 1, changed)
        self.assertTrue(changed[0][1].startswith("service_off"), changed)


harness.main()
