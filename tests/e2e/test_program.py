"""What the program kite is made of."""
import re
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


harness.main()
