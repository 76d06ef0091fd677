"""Everything that can be done with a kite, by mouse, in the window and in the tray's menu."""
import http.server
import os
import pathlib
import sys
import threading
import unittest

from desktop import Desktop, curl, main, wait

KITELINE = pathlib.Path(os.environ["KITE_BIN"]) / "kiteline"
SHOTS = os.environ.get("KITE_SHOTS")
HELLO = "hello from a port"


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(HELLO)))
        self.end_headers()
        self.wfile.write(HELLO.encode())

    def log_message(self, *_):
        pass


class KitesByMouse(unittest.TestCase):
    def setUp(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.port = server.server_address[1]
        self.desk = self.enterContext(Desktop())
        self.program = self.desk.start(KITELINE, "--background")

    def shot(self, name):
        if SHOTS:
            self.desk.shot(pathlib.Path(SHOTS) / f"kites-{name}.png")

    def answers(self, address):
        wait(30, lambda: curl(address) == HELLO, f"the port behind {address}")

    def fly(self):
        """Puts the local port on the web and gives its address."""
        desk = self.desk
        desk.click_tray()
        desk.click("Share a local port", "push button")
        desk.find("Port", "label")
        desk.key("alt+p", "ctrl+a")
        desk.type(str(self.port))
        desk.click("Name", "text")
        desk.key("ctrl+a")
        desk.type("hello")
        self.shot("port")
        desk.click("Share", "push button")
        address = wait(30, lambda: next((t for t in [desk.clipboard()] if t.startswith("http://hello.localhost:")), None),
                       "the address on the clipboard")
        self.answers(address)
        desk.click("Close", "push button")
        return address

    def test_a_port_flies_pauses_resumes_and_stops(self):
        desk = self.desk
        address = self.fly()
        self.shot("flying")
        desk.click("Flying", "check box")
        wait(30, lambda: HELLO not in curl(address), "silence while it is paused")
        wait(30, lambda: "Paused" in desk.texts(), "the word 'Paused'")
        self.shot("paused")
        desk.click("Flying", "check box")
        self.answers(address)
        desk.click("Stop", "push button")
        wait(30, lambda: HELLO not in curl(address), "silence after the stop")
        desk.find("Put something on the web")

    def test_the_code_of_an_address_shows_and_closes(self):
        desk = self.desk
        self.fly()
        desk.click("QR code", "push button")
        desk.window("QR code")
        self.shot("qr")
        desk.click("Close", "push button")
        wait(20, lambda: not desk.windows("QR code"), "the code is gone")

    def choose(self, *keys):
        """By keys, once it is open: the tray's host shows its menu to nobody but the eye."""
        desk = self.desk
        wait(20, lambda: not desk.menus(), "no menu yet")
        desk.click_tray(button=3)
        wait(20, desk.menus, "the tray's menu")
        for key in keys:
            desk.key(key)
        self.shot("menu-" + keys[-1])
        desk.key("Return")

    def test_the_trays_menu_pauses_and_resumes(self):
        address = self.fly()
        self.choose("Down", "Down", "Down", "Right", "Down", "Down", "Down")
        wait(30, lambda: HELLO not in curl(address), "silence while it is paused")
        # What a paused kite has no use for is passed by.
        self.choose("Down", "Down", "Down", "Right")
        self.answers(address)

    def test_the_trays_menu_quits(self):
        address = self.fly()
        self.choose("Up")
        self.assertEqual(self.program.wait(30), 0, self.desk.program_log())
        self.assertEqual(curl(address), "")


main(sys.modules["__main__"])
