"""A real browser opens what `kite share` printed."""
import subprocess

import harness
from harness import EndToEnd

CHROMIUM = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=5000"]


class Browser(EndToEnd):
    def dump(self, url):
        done = subprocess.run([*CHROMIUM, f"--user-data-dir={self.folder / 'profile'}", "--dump-dom", url],
                              capture_output=True, text=True, timeout=120, env={"HOME": str(self.home), "PATH": "/usr/bin:/bin"})
        return done.stdout

    def test_index_page_with_an_image_and_a_listing(self):
        site = self.folder / "site"
        (site / "files").mkdir(parents=True)
        (site / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="7" height="9"><circle r="3"/></svg>')
        (site / "index.html").write_text(
            '<!doctype html><title>t</title><img src="dot.svg" onload="document.title=`image ${this.width}x${this.height}`">')
        (site / "files" / "b & <b>.txt").write_text("x" * 5000)
        kite = self.kite("share", site, "--json")
        url = kite.wait_event("flying")["url"]
        self.assertIn("image 7x9", self.dump(url))
        listing = self.dump(url + "files/")
        self.assertIn("b &amp; &lt;b&gt;.txt", listing)


harness.main()
