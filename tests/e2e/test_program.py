"""What the program kite is made of."""
import os
import re
import socket
import subprocess

import harness
from harness import KITE, EndToEnd


class Program(EndToEnd):
    def test_links_no_desktop(self):
        libraries = subprocess.run(["ldd", KITE], capture_output=True, text=True, check=True).stdout
        self.assertIn("libQt6Network", libraries)
        self.assertIsNone(re.search(r"Widgets|Gui|DBus|dbus|keychain|secret", libraries), libraries)

    def test_help_and_version(self):
        code, out, error = self.run_kite("--help")
        self.assertEqual((code, error), (0, ""))
        self.assertIn("kite share", out)
        code, out, error = self.run_kite("--version")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"^kite \d+\.\d+\.\d+$")
        code, out, error = self.run_kite("--appver")
        self.assertRegex(out, r"^\d+\.\d+\.\d+$")

    def test_an_answer_that_cannot_be_written(self):
        for words in (["--version"], ["--help"], ["relay", "invite", "demo.kite.test", "--public=127.0.0.1", f"--accounts={self.folder}/accounts"]):
            with open("/dev/full", "wb") as full:
                ended = subprocess.run([KITE, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30,
                                       env={**os.environ, "HOME": str(self.home)})
            self.assertEqual(ended.returncode, 1, words)
            self.assertIn("cannot be written", ended.stderr)

    def test_shares_nothing_by_mistake(self):
        code, _, error = self.run_kite("share", "")
        self.assertEqual(code, 2)
        self.assertIn("names nothing", error)
        lost = str(self.folder / "lost")
        command = 'cd "$1" && rmdir "$1" && exec "$2" share --port=0 "$3"'
        for what in (".", "etc", "../etc"):
            os.makedirs(lost, exist_ok=True)
            ended = subprocess.run(["sh", "-c", command, "sh", lost, KITE, what], timeout=30,
                                   capture_output=True, text=True)
            self.assertEqual(ended.returncode, 2, what)
            self.assertIn("is not there", ended.stderr)

    def test_closed_standard_streams(self):
        site = str(self.folder / "site")
        os.mkdir(site)
        with open(os.path.join(site, "a.txt"), "w", encoding="ascii") as file:
            file.write("here")
        for closed in ("<&- >&- 2>&-", "<&- 2>&-", ">&-"):
            port = harness.free_port()
            shared = subprocess.Popen(["sh", "-c", f'exec "$1" share --port={port} "$2" {closed}',
                                       "sh", KITE, site])
            try:
                harness.wait_for(f"port {port}", lambda: harness.answers(port))
                answer = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/a.txt"],
                                        capture_output=True, text=True)
                self.assertEqual(answer.stdout, "here", closed)
                self.assertIsNone(shared.poll())
            finally:
                shared.terminate()
                shared.wait(30)

    def test_a_relay_needs_descriptors(self):
        limited = subprocess.run(["sh", "-c", 'ulimit -n 64; exec "$0" "$@"', KITE, "relay", "--clean", "--host=127.0.0.1", "--ports=0",
                                  "--domain=*:*.kite.test:s3cret"], capture_output=True, text=True, timeout=harness.PATIENCE)
        self.assertEqual(limited.returncode, 1)
        self.assertIn("allows 64 open files", limited.stderr)

    def test_a_reader_that_stops_reading(self):
        site = str(self.folder / "site")
        os.mkdir(site)
        with open(os.path.join(site, "a.txt"), "w", encoding="ascii") as file:
            file.write("here")
        port = harness.free_port()
        shared = subprocess.Popen([KITE, "share", "--json", "--watch", f"--port={port}", site],
                                  stdout=subprocess.PIPE)
        try:
            harness.wait_for(f"port {port}", lambda: harness.answers(port))
            with socket.create_connection(("127.0.0.1", port), 30) as visitor:
                answers = visitor.makefile("rb")
                for _ in range(2000):  # twice as much as a pipe holds
                    visitor.sendall(b"GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    while answers.readline() != b"\r\n":
                        pass
                    self.assertEqual(answers.read(4), b"here")
            shared.terminate()
            self.assertEqual(shared.wait(30), 0)
        finally:
            shared.kill()
            shared.wait()
            shared.stdout.close()


harness.main()
