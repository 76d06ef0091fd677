"""What one does with kites, by mouse on a real desktop: local ports, pause, resume, stop, QR code, tray menu."""
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import unittest

from desktop import Desktop, curl, main, output, wait

BIN = pathlib.Path(os.environ["KITE_BIN"])
KITELINE = BIN / "kiteline"
SHOTS = os.environ.get("KITE_SHOTS")
GREETING = "greetings from port"
BLACK, WHITE = "#000000", "#FFFFFF"


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{GREETING} {self.server.server_address[1]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class KitesByMouse(unittest.TestCase):
    tray = "sni"

    def setUp(self):
        self.desk = self.enterContext(Desktop(tray=self.tray))
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="kite-share-"))
        self.site = pathlib.Path(folder) / "holiday"
        self.site.mkdir()
        (self.site / "index.html").write_text("greetings from the beach\n")
        self.program = None

    def begin(self, *words):
        self.program = self.desk.start(KITELINE, *words)

    def shot(self, name):
        if SHOTS:
            self.desk.shot(pathlib.Path(SHOTS) / f"{self.tray}-{name}.png")

    def serve(self):
        """A server of the user's own, on a port the system chose."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def on_the_clipboard(self, name):
        return wait(30, lambda: next((t for t in [self.desk.clipboard()] if t.startswith(f"http://{name}.localhost:")), None),
                    f"the address of {name} on the clipboard")

    def share(self):
        """Starts with the folder, as a file manager does."""
        self.begin("--background", self.site)
        address = self.on_the_clipboard("holiday")
        self.desk.notified("holiday")
        self.desk.close_notices()
        self.answers(address)
        return address

    def answers(self, address, text="greetings"):
        wait(30, lambda: text in curl(address), f"an answer from {address}")

    def is_silent(self, address):
        """Whoever comes now does not get what was shared."""
        wait(30, lambda: "greetings" not in curl(address), f"no answer from {address}")

    def kites(self):
        settings = self.desk.home / ".config/kiteline/settings.json"
        return json.loads(settings.read_text()).get("kites", []) if settings.exists() else []

    def open_window(self):
        self.desk.click_tray()
        self.desk.window("Kiteline")

    def test_a_port_of_this_computer(self):
        desk, port = self.desk, self.serve()
        self.begin("--background")
        self.open_window()
        desk.click("Share a local port", "push button")
        desk.find("Computer", "text")
        desk.find("Share", "push button")
        desk.key("ctrl+a")  # the keyboard is where one begins
        desk.type(str(port))
        self.shot("port")
        desk.click("Share", "push button")
        address = self.on_the_clipboard(f"port-{port}")
        self.answers(address, f"{GREETING} {port}")
        kite = self.kites()[0]
        self.assertEqual((kite["target"]["kind"], kite["target"]["host"], kite["target"]["port"]), ("port", "localhost", port))
        desk.click("Close", "push button")

    def test_pause_and_resume(self):
        desk = self.desk
        address = self.share()
        self.open_window()
        desk.click("Flying", "check box")
        desk.find("Paused", "label")
        self.is_silent(address)
        self.assertTrue(self.kites()[0]["paused"])
        self.shot("paused")
        desk.click("Flying", "check box")
        self.answers(address)
        self.assertFalse(self.kites()[0]["paused"])
        desk.click("Pause all", "push button")
        self.is_silent(address)
        desk.click("Resume all", "push button")
        self.answers(address)

    def test_stop_removes(self):
        desk = self.desk
        address = self.share()
        self.open_window()
        desk.click("Stop", "push button")
        desk.find("Drop a folder here")  # the window is as it was before the first kite
        self.is_silent(address)
        self.assertEqual(self.kites(), [])

    def test_qr_code(self):
        desk = self.desk
        address = self.share()
        self.open_window()
        desk.click("QR code", "push button")
        code = desk.find("QR code", "filler")
        self.assertEqual(code.description, address)
        box = code.queryComponent().getExtents(0)
        desk.window("QR code")
        wait(20, lambda: self.looks_like_a_code(box), "a code on the screen")
        self.shot("qr")

    def looks_like_a_code(self, box):
        """Mostly black and white, and a good part of each."""
        picture = self.desk.folder / "qr.png"
        self.desk.shot(picture)
        text = output("convert", str(picture), "-crop", f"{box.width}x{box.height}+{box.x}+{box.y}", "+repage",
                      "-format", "%c", "histogram:info:-")
        count = {colour: sum(int(line.split(":")[0]) for line in text.splitlines() if f" {colour}" in line.upper())
                 for colour in (BLACK, WHITE)}
        whole = box.width * box.height
        return all(part > whole * 0.15 for part in count.values()) and sum(count.values()) > whole * 0.6

    def menu(self):
        """Opens the menu of the tray icon with the other mouse button."""
        self.desk.click_tray(3)
        wait(20, self.desk.menus, "the menu of the tray icon")

    def test_tray_menu_opens_the_settings(self):
        self.begin("--background")
        self.menu()
        self.shot("menu")
        self.desk.key("Up", "Up", "Return")  # the last but one: Settings
        self.desk.window("Settings")

    def test_tray_menu_quits(self):
        self.begin("--background")
        self.menu()
        self.desk.key("Up", "Return")
        self.assertEqual(self.program.wait(30), 0, self.desk.program_log())

    def test_tray_menu_pauses_a_kite(self):
        address = self.share()
        self.menu()
        self.desk.key("Down", "Down", "Down", "Right")  # share, ports, the kite; its menu opens
        wait(20, lambda: len(self.desk.menus()) > 1, "the menu of the kite")
        self.desk.key("Up", "Up", "Return")  # the last but one: Pause
        self.is_silent(address)
        self.assertTrue(self.kites()[0]["paused"])

    def test_a_second_start_hands_its_folder_over(self):
        self.begin("--background")
        self.desk.click_tray()
        self.desk.find("Share a folder")
        self.desk.click_tray()  # closes the window again
        second = self.desk.start(KITELINE, self.site)
        self.assertEqual(second.wait(30), 0)
        self.answers(self.on_the_clipboard("holiday"), "greetings from the beach")
        self.assertEqual([kite["target"]["paths"] for kite in self.kites()], [[str(self.site)]])
        self.assertIsNone(self.program.poll())

    def test_a_second_start_without_words_shows_the_window(self):
        self.share()
        self.assertEqual(self.desk.start(KITELINE).wait(30), 0)
        self.desk.find("Pause all", "push button")


class KitesByMouseInAnOldTray(KitesByMouse):
    tray = "xembed"


main(sys.modules["__main__"])
