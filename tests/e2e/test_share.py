"""`kite share`: an address at once, files of any size, and no way out of the folder."""
import os
import pathlib
import socket
import subprocess

import harness
from harness import EndToEnd, wait_for


class Share(EndToEnd):
    def share(self, *words):
        kite = self.kite("share", *words, "--json")
        kite.wait_event("listening", role="share")
        flying = kite.wait_event("flying")
        return kite, flying["url"]

    def site(self):
        folder = self.folder / "site"
        (folder / "sub dir").mkdir(parents=True)
        (folder / "index.html").write_text("<h1>front page</h1>\n")
        (folder / "sub dir" / "note & more.txt").write_text("a note\n")
        (folder / ".secret").write_text("hidden\n")
        return folder

    def test_serves_a_folder_at_a_name_of_its_own(self):
        kite, url = self.share(self.site())
        self.assertRegex(url, r"^http://[a-z0-9-]+\.localhost:\d+/$")
        self.assertEqual(self.curl(url), (0, 200, b"<h1>front page</h1>\n"))
        self.assertEqual(self.curl(url + "sub%20dir/note%20%26%20more.txt"), (0, 200, b"a note\n"))
        status, listing = self.curl(url + "sub%20dir/")[1:]
        self.assertEqual(status, 200)
        self.assertIn(b"note &amp; more.txt", listing)
        self.assertEqual(self.curl(url + ".secret")[1], 404)
        self.assertEqual(self.curl(url + "nowhere")[1], 404)

    def test_says_the_address_alone_on_a_line(self):
        kite = self.kite("share", self.site())
        line = wait_for("an address", lambda: next((l for l in kite.lines if l.startswith("http")), None))
        self.assertNotIn(" ", line.strip())
        self.assertEqual(self.curl(line)[1], 200)
        kite.child.terminate()
        self.assertEqual(kite.wait(), 0)

    def test_a_name_that_does_not_fly_is_away(self):
        kite, url = self.share(self.site())
        port = url.rsplit(":", 1)[1].strip("/")
        code, status, page = self.curl(f"http://127.0.0.1:{port}/", host="other<b>.localhost")
        self.assertIn(status, (400, 503))
        self.assertNotIn(b"<b>", page)

    def test_lan_is_only_on_request(self):
        kite, url = self.share(self.site())
        port = int(url.rsplit(":", 1)[1].strip("/"))
        lines = subprocess.run(["ss", "-Hltn", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line.split()[3], r"^(127\.0\.0\.1|\[::1\]):")
        lan = self.kite("share", self.site_two(), "--lan", "--json")
        lan.wait_event("flying")
        listening = lan.wait_event("listening")
        self.assertEqual(self.curl(f"http://127.0.0.1:{listening['port']}/")[1], 200)

    def site_two(self):
        folder = self.folder / "two"
        folder.mkdir()
        (folder / "index.html").write_text("two")
        return folder

    def test_two_gib_in_constant_memory_with_a_resumed_half(self):
        size = 2 << 30
        big = self.folder / "big.bin"
        block = harness.pattern(1 << 20)
        with big.open("wb") as file:  # sparse, with marks all over: a shifted or repeated block shows
            file.truncate(size)
            for at in range(0, size, 61 << 20):
                file.seek(at)
                file.write(at.to_bytes(8, "big") + block[: 1 << 16])
        (self.folder / "share").mkdir()
        os.rename(big, self.folder / "share" / "big.bin")
        big = self.folder / "share" / "big.bin"
        kite, url = self.share(self.folder / "share")
        compare = f"curl -sS --noproxy '*' {url}big.bin | cmp - {big}"
        self.assertEqual(subprocess.run(["sh", "-c", compare]).returncode, 0)

        half = self.folder / "half.bin"
        subprocess.run(["sh", "-c", f"head -c {size // 2 + 12345} {big} > {half}"], check=True)
        subprocess.run(["curl", "-sS", "--noproxy", "*", "-C", "-", "-o", str(half), url + "big.bin"], check=True)
        self.assertEqual(subprocess.run(["cmp", str(half), str(big)]).returncode, 0)
        if not harness.SANITIZED:  # sanitizers keep shadow memory of their own
            self.assertLess(kite.peak_kib(), 40 * 1024)

    def test_one_file_and_several_paths(self):
        site = self.site()
        kite, url = self.share(site / "sub dir" / "note & more.txt")
        self.assertEqual(self.curl(url)[2], b"a note\n")
        kite, url = self.share(site / "index.html", site / "sub dir")
        self.assertIn(b"index.html", self.curl(url)[2])
        self.assertEqual(self.curl(url + "sub%20dir/note%20%26%20more.txt")[2], b"a note\n")

    def test_what_is_not_there_is_said(self):
        code, out, error = self.run_kite("share", self.folder / "missing")
        self.assertEqual(code, 2)
        self.assertIn("missing", error)
        self.assertNotIn("\n", error.strip())


OUTSIDE = b"TOP-SECRET-OUTSIDE"


def spellings():
    """200 and more ways to ask for what lies outside."""
    ups = ["..", "%2e%2e", "%2E%2e", ".%2e", "%2e.", "%252e%252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%uff0e%uff0e",
           "..%00", "%00..", "..;", "...", "....", "%ef%bc%8e%ef%bc%8e", "\u2024\u2024"]
    slashes = ["/", "//", "%2f", "%2F", "%5c", "\\", "%252f", "%c0%af", "/./", "%00/", "%e2%88%95"]
    targets = ["outside.txt", "etc/passwd"]
    for up in ups:
        for slash in slashes:
            for depth in (1, 9):
                yield "/" + (up + slash) * depth + targets[depth > 1]
    yield from ["/link-out.txt", "/link-dir/outside.txt", "/link-up/outside.txt", "/link-abs/passwd", "/deep/link-out.txt",
                "/link-proc/self/environ", "/link-loop", "/link-root/etc/passwd", "/fifo", "/device", "/socket", "/zero",
                "//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "/%2f%2fetc%2fpasswd", "/file:///etc/passwd",
                "/proc/self/environ", "/dev/zero", "/\\etc\\passwd", "/%5cetc%5cpasswd", "/C:/windows/win.ini",
                "/index.html/../../outside.txt", "/index.html%00.png", "/index.html/", "/deep/..%2f..%2foutside.txt",
                "/deep/../../outside.txt", "/?../../outside.txt", "/deep/%2e%2e/%2e%2e/outside.txt", "/.hidden", "/deep/.hidden",
                "/%2ehidden", "/%00", "/%", "/%zz", "/%2", "/deep%2f..%2f..%2foutside.txt"]


class Traversal(EndToEnd):
    def test_no_byte_from_outside_and_no_hang(self):
        site = self.folder / "site"
        (site / "deep").mkdir(parents=True)
        outside = self.folder / "outside.txt"
        outside.write_bytes(OUTSIDE)
        (site / "index.html").write_text("inside\n")
        (site / ".hidden").write_bytes(OUTSIDE)
        (site / "deep" / ".hidden").write_bytes(OUTSIDE)
        for name, to in {"link-out.txt": outside, "link-dir": self.folder, "link-up": "..", "link-abs": "/etc",
                         "link-proc": "/proc", "link-loop": "link-loop", "link-root": "/", "deep/link-out.txt": "../../outside.txt",
                         "zero": "/dev/zero"}.items():
            os.symlink(to, site / name)
        os.mkfifo(site / "fifo")
        unix = socket.socket(socket.AF_UNIX)
        self.addCleanup(unix.close)
        unix.bind(str(site / "socket"))
        if os.geteuid() == 0:
            import stat
            try:
                os.mknod(site / "device", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
            except PermissionError:
                pass
        kite = self.kite("share", site, "--json")
        url = kite.wait_event("flying")["url"].rstrip("/")

        passwd = pathlib.Path("/etc/passwd").read_bytes().splitlines()[0]
        asked = 0
        for path in spellings():
            code, status, body = self.curl(url + path, "--path-as-is", "--globoff", seconds=10)
            with self.subTest(path=path):
                self.assertEqual(code, 0, "hung or was cut")
                for leaked in (OUTSIDE, passwd, b"PATH=", b"PWD="):
                    self.assertNotIn(leaked, body)
                self.assertIn(status, (200, 301, 302, 307, 308, 400, 403, 404, 414))
                if status == 200:
                    self.assertIn(b"inside", body)
            asked += 1
        self.assertGreater(asked, 200)
        self.assertEqual(self.curl(url + "/")[2], b"inside\n")


harness.main()
