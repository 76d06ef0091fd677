"""A relay of one's own is one pasted invitation away: from `kite relay invite` to a page that visitors see."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from desktop import Desktop, main, output, wait

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from ports import free_port  # noqa: E402 - found by the line above

BIN = pathlib.Path(os.environ["KITE_BIN"])
KITELINE = BIN / "kiteline"
SHOTS = os.environ.get("KITE_SHOTS")
NAME = "demo.kite.test"


class InvitationByMouse(unittest.TestCase):
    def setUp(self):
        self.desk = self.enterContext(Desktop(tray="sni"))
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kite-invite-")))
        self.site = self.folder / "holiday"
        self.site.mkdir()
        (self.site / "index.html").write_text("greetings from the beach\n")
        self.port = free_port()
        where = (f"--ports={self.port}", "--host=127.0.0.1", "--public=127.0.0.1", f"--accounts={self.folder}/accounts")
        self.link = output(BIN / "kite", "relay", "invite", NAME, *where, env=self.desk.env).strip()
        self.secret = self.link.partition("#")[2]
        self.assertTrue(self.secret, self.link)
        self.desk.start(BIN / "kite", "relay", *where, "--json")
        wait(30, lambda: '"listening"' in self.desk.program_log(), "the relay")

    def shot(self, name):
        if SHOTS:
            self.desk.shot(pathlib.Path(SHOTS) / f"invitation-{name}.png")

    def begin(self, *words):
        self.program = self.desk.start(KITELINE, *words)

    def copy(self, text):
        subprocess.run(["xclip", "-selection", "clipboard"], input=text.encode(), env=self.desk.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def field(self, name, role="text"):
        words = self.desk.find(name, role).queryText()
        return words.getText(0, words.characterCount)

    def says(self, words):
        wait(30, lambda: any(words in text for text in self.desk.texts()), f"'{words}' on the screen")

    def relays(self):
        settings = self.desk.home / ".config/kiteline/settings.json"
        return json.loads(settings.read_text()).get("relays", []) if settings.exists() else []

    def assert_hidden(self):
        """The secret is in the keyring and nowhere else."""
        relay = wait(30, self.relays, "the relay in the settings")[0]["id"]
        wait(30, lambda: self.desk.secret("server", "Kiteline", "user", f"relay/{relay}") == self.secret, "the secret in the keyring")
        found = output("grep", "-rlF", "--binary-files=text", self.secret, str(self.desk.home))
        self.assertEqual(found, "", "the secret lies in a file")
        self.assertNotIn(self.secret, pathlib.Path(f"/proc/{self.program.pid}/cmdline").read_text())
        self.assertNotIn(self.secret, self.desk.program_log())

    def visit(self):
        return output("curl", "-sS", "--max-time", "20", "--noproxy", "*", "-H", f"Host: {NAME}", f"http://127.0.0.1:{self.port}/")

    def test_from_the_clipboard_to_a_kite(self):
        desk = self.desk
        self.copy(self.link)
        self.begin("--background")
        desk.click_tray()
        desk.click("Add a relay", "push button")
        self.says("holds an invitation")
        self.shot("offered")
        self.assertEqual(self.field("Host"), "")
        desk.click("Use it", "push button")
        self.assertEqual(wait(10, lambda: self.field("Name"), "the name"), NAME)
        self.assertEqual(self.field("Host"), f"127.0.0.1:{self.port}")
        self.shot("filled")
        self.assertEqual(self.relays(), [])
        desk.key("Return")
        self.says("What should visitors find there?")
        self.shot("joined")
        self.assert_hidden()
        desk.key("Return")  # a folder
        desk.click("Folder or file", "text")
        desk.type(str(self.site))
        self.assertEqual(self.field("Name"), NAME)
        self.shot("kite")
        desk.click("Share", "push button")
        wait(30, lambda: "greetings from the beach" in self.visit(), "an answer from the relay")

    def test_as_a_word_of_a_second_start(self):
        desk = self.desk
        self.begin("--background")
        desk.click_tray()
        desk.find("Share a folder")
        self.assertEqual(desk.start(KITELINE, self.link).wait(30), 0)
        desk.window("Add a relay")
        self.assertEqual(wait(10, lambda: self.field("Name"), "the name"), NAME)
        desk.key("Return")
        self.says("What should visitors find there?")
        self.assert_hidden()

    def test_as_a_word_of_the_first_start(self):
        self.begin(self.link)
        self.assertEqual(wait(30, lambda: self.field("Name"), "the name"), NAME)
        self.assertNotIn(self.secret, pathlib.Path(f"/proc/{self.program.pid}/cmdline").read_text())
        self.desk.click("Add relay", "push button")
        self.says("What should visitors find there?")
        self.assert_hidden()


main(sys.modules["__main__"])
