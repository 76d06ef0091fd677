"""Names are pointed at relays: signed, once for each list, and nothing of it in logs."""
import hashlib
import http.server
import threading
import urllib.parse

import harness
from harness import EndToEnd, free_port, wait_for

SECRET = "s3cret-of-the-kite"


class Provider(http.server.ThreadingHTTPServer):
    """Answers each name with the next of its words; the last one stays."""
    daemon_threads = True

    def __init__(self, *words):
        self.words = list(words)
        self.asked = []
        self.logins = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                provider.asked.append({key: values[0] for key, values in query.items()})
                provider.logins.append(self.headers.get("Authorization"))
                word = (provider.words.pop(0) if len(provider.words) > 1 else provider.words[0]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word)

            def log_message(self, *_):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, login=""):
        return f"http://{login}127.0.0.1:{self.server_port}/?hostname=%(domain)s&myip=%(ips)s&sign=%(sign)s"


def is_signed(asked):
    token = asked["sign"][:8]
    payload = f"{asked['hostname']}:{asked['myip']}"
    return asked["sign"] == token + hashlib.sha1((SECRET + payload + token).encode()).hexdigest()


class DynDns(EndToEnd):
    def provider(self, *words):
        provider = Provider(*words)
        self.addCleanup(provider.server_close)
        self.addCleanup(provider.shutdown)
        return provider

    def relay(self, address, port):
        relay = self.kite("--clean", "--isfrontend", f"--host={address}", f"--ports={port}",
                          f"--domain=*:*.kite.test:{SECRET}", "--json")
        relay.wait_event("listening", role="relay")
        return relay

    def fly(self, *options):
        kite = self.kite("--clean", *options, "--json", "--logfile=stdio", "--loglevel=all",
                         env={"KITE_SECRET": SECRET})
        kite.wait_event("flying")
        return kite

    def test_tells_once_and_again_when_the_list_changes(self):
        provider, port = self.provider("good 127.0.0.2"), free_port()
        self.relay("127.0.0.2", port)
        second = self.relay("127.0.0.3", port)
        kite = self.fly(f"--frontend=127.0.0.2:{port}", f"--frontend=127.0.0.3:{port}", f"--dyndns={provider.url()}",
                        "80", "a.kite.test", "AND", "ssh", "a.kite.test")
        wait_for("the provider is told", lambda: provider.asked)
        self.assertEqual((provider.asked[0]["hostname"], provider.asked[0]["myip"]), ("a.kite.test", "127.0.0.2,127.0.0.3"))
        second.kill()
        wait_for("the provider is told again", lambda: len(provider.asked) > 1)
        self.assertEqual(provider.asked[1]["myip"], "127.0.0.2")
        self.assertTrue(all(map(is_signed, provider.asked)), provider.asked)
        self.assertEqual(len(provider.asked), 2)
        kite.stop()
        for asked in provider.asked:
            self.assertNotIn(asked["sign"], kite.said())
        self.assertNotIn(SECRET, kite.said())

    def test_a_refusal_is_told_and_not_hammered(self):
        provider, port = self.provider("badauth"), free_port()
        self.relay("127.0.0.1", port)
        kite = self.fly(f"--frontend=127.0.0.1:{port}", f"--dyndns={provider.url('me:not-a-secret@')}", "80", "a.kite.test")
        wait_for("the provider is told", lambda: provider.asked)
        wait_for("a word on the refusal", lambda: "badauth" in kite.said())
        self.assertEqual(provider.logins, ["Basic bWU6bm90LWEtc2VjcmV0"])
        self.assertEqual(len(provider.asked), 1)
        self.assertNotIn("not-a-secret", kite.said())

    def test_a_kite_that_does_not_fly_leads_nowhere(self):
        provider, port = self.provider("good"), free_port()
        self.relay("127.0.0.1", port)
        self.fly(f"--frontend=127.0.0.1:{port}", f"--dyndns={provider.url()}", "80", "a.kite.test", "AND", "81", "b.other.test")
        wait_for("the provider is told", lambda: provider.asked)
        self.assertEqual({asked["hostname"] for asked in provider.asked}, {"a.kite.test"})


class DynDnsAtPagekite(DynDns):
    """By relays of pagekite.py's."""
    test_a_refusal_is_told_and_not_hammered = None  # is between us and the provider
    test_a_kite_that_does_not_fly_leads_nowhere = None

    def relay(self, address, port):
        relay = self.pagekite("--isfrontend", f"--host={address}", f"--ports={port}", "--protos=http,raw", "--rawports=virtual",
                              f"--domain=*:*.kite.test:{SECRET}")
        wait_for("pagekite's relay listens", lambda: harness.answers(port, address))
        return relay


harness.main()
