"""Links through HTTP and SOCKS proxies, which note what they saw."""
import base64
import contextlib
import pathlib
import socket
import struct
import threading

import harness
from accepting import Accepting
from harness import EndToEnd, free_port, wait_for


class Proxy(Accepting):
    """Leads every name to loopback; `seen` holds what was asked for, as (kind, name, port)."""

    def __init__(self, login=None):
        self.login = login
        self.seen = []
        self.logins = []
        super().__init__()

    def accepted(self, near):
        threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near):
        with contextlib.suppress(OSError, ValueError, EOFError):
            first = self._take(near, 1)
            how = {b"\x05": self._socks5, b"\x04": self._socks4}.get(first)
            name, port, answer = how(near) if how else self._http(near, first)
            far = socket.create_connection(("127.0.0.1", port))
            near.sendall(answer)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()
            return
        near.close()

    @staticmethod
    def _take(near, count):
        got = b""
        while len(got) < count:
            part = near.recv(count - len(got))
            if not part:
                raise EOFError
            got += part
        return got

    def _until(self, near, end):
        got = b""
        while not got.endswith(end):
            got += self._take(near, 1)
        return got

    def _http(self, near, first):
        head = (first + self._until(near, b"\r\n\r\n")).decode()
        method, place, _ = head.split("\r\n")[0].split(" ")
        for line in head.split("\r\n"):
            if line.startswith("Proxy-Authorization: Basic "):
                self.logins.append(base64.b64decode(line.split()[-1]).decode())
        if self.login and self.login not in self.logins:
            near.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            raise ValueError
        name, port = place.rsplit(":", 1)
        self.seen.append((method, name, int(port)))
        return name, int(port), b"HTTP/1.1 200 Connection established\r\n\r\n"

    def _socks4(self, near):
        _, port, address = struct.unpack(">BH4s", self._take(near, 7))
        self._until(near, b"\0")
        if address[:3] == b"\0\0\0":
            name, kind = self._until(near, b"\0")[:-1].decode(), "socks4a"
        else:
            name, kind = socket.inet_ntoa(address), "socks4"
        self.seen.append((kind, name, port))
        return name, port, b"\0\x5a" + b"\0" * 6

    def _socks5(self, near):
        methods = self._take(near, self._take(near, 1)[0])
        near.sendall(b"\x05\x02" if self.login else b"\x05\x00")
        if self.login:
            if 2 not in methods:
                raise ValueError
            self._take(near, 1)
            login = b":".join(self._take(near, self._take(near, 1)[0]) for _ in range(2)).decode()
            self.logins.append(login)
            near.sendall(b"\x01\x00" if login == self.login else b"\x01\x01")
        kind = self._take(near, 4)[3]
        size = {1: 4, 4: 16}.get(kind) or self._take(near, 1)[0]
        raw = self._take(near, size)
        name = raw.decode() if kind == 3 else socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, raw)
        port = struct.unpack(">H", self._take(near, 2))[0]
        self.seen.append(("socks5", name, port))
        return name, port, b"\x05\0\0\x01" + b"\0" * 6

    @staticmethod
    def _pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


class Proxies(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server, self.port = self.origin(), free_port()
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={self.port}",
                          "--domain=*:*.kite.test:s3cret", "--json")
        relay.wait_event("listening", role="relay")

    def proxy(self, login=None):
        proxy = Proxy(login)
        self.addCleanup(proxy.close)
        return proxy

    def fly(self, *options, env=None):
        return self.kite("--clean", *options, "--json",
                         f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret", env=env)

    def is_served(self, kite):
        kite.wait_event("flying")
        self.wait_kite(self.port, "a.kite.test")
        self.assertEqual(self.curl_sha256(f"http://127.0.0.1:{self.port}/bytes/10000000", host="a.kite.test"),
                         self.server.sha256_of(10_000_000))

    @staticmethod
    def has_looked_up(kite):
        """Qt looks names up on pooled threads, which stay for half a minute."""
        tasks = pathlib.Path(f"/proc/{kite.pid}/task").iterdir()
        return any("pool" in (task / "comm").read_text().lower() for task in tasks)

    def test_a_look_up_would_be_seen(self):
        kite = self.fly(f"--frontend=relay.invalid:{self.port}")
        wait_for("a look-up", lambda: self.has_looked_up(kite))

    def test_names_go_to_the_proxy(self):
        for kind, seen in (("http", "CONNECT"), ("socks4a", "socks4a"), ("socks5", "socks5"), ("tor", "socks5")):
            with self.subTest(kind):
                proxy = self.proxy()
                kite = self.fly(f"--frontend=relay.invalid:{self.port}", f"--proxy={kind}:127.0.0.1:{proxy.port}")
                self.is_served(kite)
                self.assertEqual(set(proxy.seen), {(seen, "relay.invalid", self.port)})
                self.assertFalse(self.has_looked_up(kite))
                kite.stop()

    def test_login(self):
        for kind in ("http", "socks5"):
            with self.subTest(kind):
                proxy = self.proxy("me:not@secret")
                kite = self.fly(f"--frontend=relay.invalid:{self.port}",
                                f"--proxy={kind}://me:not%40secret@127.0.0.1:{proxy.port}", "--logfile=stdio", "--loglevel=all")
                self.is_served(kite)
                self.assertEqual(set(proxy.logins), {"me:not@secret"})
                kite.stop()
                self.assertNotIn("not@secret", kite.said())

    def test_wrong_login(self):
        proxy = self.proxy("me:another")
        kite = self.fly(f"--frontend=relay.invalid:{self.port}", f"--proxy=socks5://me:not-a-secret@127.0.0.1:{proxy.port}")
        down = kite.wait_event("down", reason="unreachable")
        self.assertIn(f"proxy 127.0.0.1:{proxy.port}", down["detail"])

    def test_chain(self):
        first, second = self.proxy(), self.proxy()
        kite = self.fly(f"--frontend=relay.invalid:{self.port}", f"--proxy=socks5:127.0.0.1:{first.port}",
                        f"--proxy=http:second.invalid:{second.port}")
        self.is_served(kite)
        self.assertEqual(set(first.seen), {("socks5", "second.invalid", second.port)})
        self.assertEqual(set(second.seen), {("CONNECT", "relay.invalid", self.port)})
        self.assertFalse(self.has_looked_up(kite))

    def test_tor_neither_pings_nor_looks_up_a_pool(self):
        proxy = self.proxy()
        kite = self.fly(f"--frontends=2:pool.invalid:{self.port}", f"--torify=127.0.0.1:{proxy.port}")
        self.is_served(kite)
        # style B greets and signs on one connection: one is all that was made
        self.assertEqual(proxy.seen, [("socks5", "pool.invalid", self.port)])
        self.assertFalse(self.has_looked_up(kite))

    def test_pings_go_through_the_proxy_too(self):
        proxy = self.proxy()
        pool = self.folder / "pool"
        pool.write_text("relay.invalid\n")
        kite = self.fly(f"--frontends=1:@{pool}:{self.port}", f"--proxy=socks5:127.0.0.1:{proxy.port}")
        self.is_served(kite)
        self.assertGreater(len(proxy.seen), 2)  # two pings and the link
        self.assertEqual(set(proxy.seen), {("socks5", "relay.invalid", self.port)})

    def test_noproxy(self):
        proxy = self.proxy()
        kite = self.fly(f"--frontend=127.0.0.1:{self.port}", f"--proxy=socks5:127.0.0.1:{proxy.port}", "--noproxy")
        self.is_served(kite)
        self.assertEqual(proxy.seen, [])

    def test_proxy_of_the_system(self):
        proxy = self.proxy()
        kite = self.fly(f"--frontend=relay.invalid:{self.port}", "--proxy=default",
                        env={"all_proxy": f"socks5h://127.0.0.1:{proxy.port}", "no_proxy": "other.invalid"})
        self.is_served(kite)
        self.assertEqual(set(proxy.seen), {("socks5", "relay.invalid", self.port)})
        self.assertFalse(self.has_looked_up(kite))

    def test_hosts_that_the_system_reaches_without_its_proxy(self):
        proxy = self.proxy()
        system = {"all_proxy": f"socks5h://127.0.0.1:{proxy.port}", "no_proxy": "other.invalid, .localhost"}
        for host in ("127.0.0.1", "relay.localhost"):
            with self.subTest(host):
                kite = self.fly(f"--frontend={host}:{self.port}", "--proxy=default", env=system)
                self.is_served(kite)
                self.assertEqual(proxy.seen, [])
                kite.stop()

    def test_a_file_with_a_kind_of_proxy_that_is_left_out(self):
        rc = self.folder / "rc"
        rc.write_text("proxy = ssl-weak:proxy.invalid:443\n")
        kite = self.fly(f"--optfile={rc}", f"--frontend=127.0.0.1:{self.port}")
        self.is_served(kite)
        self.assertEqual([line for line in kite.error_lines if "ssl-weak" in line],
                         [f"kite: {rc}:1: --proxy=ssl-weak is known but not acted on: links go without it. --tls encrypts them."])


harness.main()
