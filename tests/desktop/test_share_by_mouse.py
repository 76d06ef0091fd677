"""kiteline by mouse on a real desktop: both kinds of tray, a real clipboard, a real keyring."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from desktop import Desktop, curl, main, wait

BIN = pathlib.Path(os.environ["KITE_BIN"])
KITELINE = BIN / "kiteline"
SHOTS = os.environ.get("KITE_SHOTS")
SECRET = "s3cret-of-the-relay"


class ByMouse(unittest.TestCase):
    tray = "sni"

    def setUp(self):
        self.desk = self.enterContext(Desktop(tray=self.tray))
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="kite-share-"))
        self.site = pathlib.Path(folder) / "holiday"
        self.site.mkdir()
        (self.site / "index.html").write_text("greetings from the beach\n")

    def shot(self, name):
        if SHOTS:
            self.desk.shot(pathlib.Path(SHOTS) / f"{self.tray}-{name}.png")

    def answer_of(self, address):
        return wait(30, lambda: curl(address), f"an answer from {address}")

    def test_share_a_folder(self):
        desk = self.desk
        desk.start(KITELINE, "--background")
        desk.click_tray()
        desk.window("Kiteline")
        self.shot("empty")
        desk.click("Share a folder", "push button")
        desk.click("Folder or file", "text")
        desk.type(str(self.site))
        self.shot("dialog")
        desk.click("Share", "push button")
        address = wait(30, lambda: next((t for t in [desk.clipboard()] if t.startswith("http://holiday.localhost:")), None),
                       "the address on the clipboard")
        self.assertIn("greetings from the beach", self.answer_of(address))
        self.shot("shared")
        desk.click("Close", "push button")
        self.shot("window")

    def test_a_relays_secret_is_in_the_keyring_and_nowhere_else(self):
        desk = self.desk
        desk.start(KITELINE, "--background")
        desk.click_tray()
        desk.click("Add a relay", "push button")
        desk.click("Host", "text")
        desk.type("relay.kite.test")
        desk.click("Secret", "password text")
        desk.type(SECRET)
        self.shot("relay")
        desk.click("Add relay", "push button")
        settings = desk.home / ".config/kiteline/settings.json"
        wait(30, settings.exists, "settings")
        relay = wait(30, lambda: self.relay_id(settings), "the relay's id in the settings")
        wait(30, lambda: desk.secret("server", "Kiteline", "user", f"relay/{relay}") == SECRET, "the secret in the keyring")
        found = subprocess.run(["grep", "-rlF", "--binary-files=text", SECRET, str(desk.home)], capture_output=True, text=True).stdout
        self.assertEqual(found, "", "the secret lies in a file")

    @staticmethod
    def relay_id(settings):
        relays = json.loads(settings.read_text()).get("relays", [])
        return relays[0]["id"] if relays else None

    def test_a_second_start_shares_through_the_first(self):
        desk = self.desk
        desk.start(KITELINE, "--background")
        desk.click_tray()
        desk.find("Share a folder")
        second = desk.start(KITELINE, self.site)
        self.assertEqual(second.wait(30), 0)
        address = wait(30, lambda: next((t for t in [desk.clipboard()] if t.startswith("http://holiday.localhost:")), None),
                       "the address on the clipboard")
        self.assertIn("greetings", self.answer_of(address))
        if self.tray == "sni":
            desk.notified("holiday")

    def test_ends_when_asked_to(self):
        program = self.desk.start(KITELINE, self.site)
        wait(30, lambda: "holiday" in self.desk.clipboard(), "the address on the clipboard")
        program.terminate()
        self.assertEqual(program.wait(30), 0, self.desk.program_log())


class ByMouseInAnOldTray(ByMouse):
    tray = "xembed"


class WithoutKeyring(unittest.TestCase):
    def test_says_so_and_keeps_the_secret_off_the_disk(self):
        with Desktop(tray="sni", keyring=False) as desk:
            desk.start(KITELINE, "--background")
            desk.click_tray()
            desk.click("Add a relay", "push button")
            desk.click("Host", "text")
            desk.type("relay.kite.test")
            desk.click("Secret", "password text")
            desk.type(SECRET)
            desk.click("Add relay", "push button")
            wait(30, lambda: any("keychain" in text or "keyring" in text for text in desk.texts()), "a word about the missing keychain")
            found = subprocess.run(["grep", "-rlF", "--binary-files=text", SECRET, str(desk.home)], capture_output=True, text=True).stdout
            self.assertEqual(found, "")


main(sys.modules["__main__"])
